import * as account from './account.ts';
import * as activity from './activity.ts';
import * as codes from './codes.ts';
import { common } from './common.ts';
import * as messages from './messages.ts';
import * as outcome from './outcome.ts';
import * as passkey from './passkey.ts';
import * as signIn from './sign-in.ts';

/** English: the catalogue that says which strings there are. The comments beside them are for translators. */
export const en = {
  name: 'English',
  common,
  ...signIn,
  ...passkey,
  ...codes,
  ...account,
  ...activity,
  ...messages,
  ...outcome,
};
