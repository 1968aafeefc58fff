import type { Messages } from '../index.ts';
import * as account from './account.ts';
import * as activity from './activity.ts';
import * as codes from './codes.ts';
import { common } from './common.ts';
import * as messages from './messages.ts';
import * as outcome from './outcome.ts';
import * as passkey from './passkey.ts';
import * as signIn from './sign-in.ts';

/** Italian, in the second person singular. */
export const it: Messages = {
  name: 'Italiano',
  common,
  ...signIn,
  ...passkey,
  ...codes,
  ...account,
  ...activity,
  ...messages,
  ...outcome,
};
