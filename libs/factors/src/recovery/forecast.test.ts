import { policySchema } from '@sparekey/policy';
import { type Exposed, soleDevice } from './forecast.ts';

const totp = { kind: 'totp', label: 'Pixel 9' };
const passkey = { kind: 'webauthn', label: 'Work laptop' };
const exposed = (more: Partial<Exposed>): Exposed => ({
  userId: 'u' as Exposed['userId'],
  username: 'ada',
  email: null,
  devices: [totp],
  byMail: false,
  numbers: [],
  codes: 'none',
  organizations: [],
  ...more,
});
const allowing = (...allowed: ('totp' | 'webauthn' | 'email' | 'sms')[]) =>
  policySchema.parse({ secondFactor: { allowed }, messages: { smsCountries: ['39'] } });

test.each<[string, Partial<Exposed>, ReturnType<typeof allowing>, typeof totp | undefined]>([
  ['one device', {}, allowing('totp'), totp],
  ['two devices', { devices: [totp, passkey] }, allowing('totp', 'webauthn'), undefined],
  ['a second device of a kind the policy no longer allows', { devices: [totp, passkey] }, allowing('totp'), totp],
  ['one device of a kind the policy no longer allows', {}, allowing('webauthn'), undefined],
  ['mail where it is no factor', { byMail: true }, allowing('totp'), totp],
  ['mail where it is one', { byMail: true }, allowing('totp', 'email'), undefined],
  ['a number in an open country', { numbers: ['+39 333 1234567'] }, allowing('totp', 'sms'), undefined],
  ['a number in a closed country', { numbers: ['+44 7700 900123'] }, allowing('totp', 'sms'), totp],
  ['what is no number', { numbers: ['39'] }, allowing('totp', 'sms'), totp],
])('%s: told whether one loss locks the person out', (_what, person, policy, device) => {
  expect(soleDevice(exposed(person), policy)).toEqual(device);
});
