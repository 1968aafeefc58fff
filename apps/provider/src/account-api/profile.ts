import type { Handler } from './request.ts';

export const getProfile: Handler<'getProfile'> = async ({ person }) => ({
  id: person.id,
  username: person.username,
  firstName: person.firstName,
  lastName: person.lastName,
  email: person.email,
  emailVerified: person.emailVerified,
  phoneNumber: person.phoneNumber,
  phoneNumberVerified: person.phoneNumberVerified,
  locale: person.locale,
});
