import type { User } from '@sparekey/realms';
import * as account from '../account/operations/index.ts';
import { judgeNewPassword } from '../passwords/new-password.ts';
import { refused } from './problems.ts';
import type { Handler } from './request.ts';

const told = ({ id, username, firstName, lastName, email, emailVerified, ...rest }: User) => ({
  id,
  username,
  firstName,
  lastName,
  email,
  emailVerified,
  phoneNumber: rest.phoneNumber,
  phoneNumberVerified: rest.phoneNumberVerified,
  locale: rest.locale,
});

export const getProfile: Handler<'getProfile'> = async ({ person }) => told(person);

export const changeProfile: Handler<'changeProfile'> = async (request) => {
  const { services, realm, person, body } = request;
  const entry = (field: 'firstName' | 'lastName' | 'email') =>
    body[field] === undefined ? person[field] : body[field]?.trim() || undefined;
  const fields = { firstName: entry('firstName'), lastName: entry('lastName'), email: entry('email') };
  const changed = await account.changeProfile(request, fields);
  if ('problem' in changed) throw refused(changed.problem);
  const now = await services.storage.stores.users.byId(realm.realm.id, person.id);
  return { profile: told(now ?? person), emailLinkSent: changed.linkSent };
};

export const changePassword: Handler<'changePassword'> = async (request) => {
  const { services, realm, person, body } = request;
  const judged = await judgeNewPassword(services, realm, person, body.newPassword);
  if ('problem' in judged) throw refused(judged.problem);
  await account.changePassword(request, judged);
  return undefined;
};
