import * as pages from '../pages/index.ts';
import { enrollableKinds } from '../policy/kinds.ts';
import { activity } from './operations/activity.ts';
import { connectedApplications } from './operations/applications.ts';
import { mayDelete } from './operations/deletion.ts';
import { trustedDevices } from './operations/devices.ts';
import { phoneStanding } from './operations/phone.ts';
import { sessions } from './operations/sessions.ts';
import { type AccountRequest, acting, respond } from './session.ts';

/** How many entries of the activity stand on the first page. */
const RECENT = 3;

const notices: readonly pages.AccountNotice[] = [
  'profile_saved',
  'email_change_sent',
  'password_changed',
  'authenticator_added',
  'authenticator_removed',
  'passkey_added',
  'passkey_renamed',
  'passkey_removed',
  'backup_codes_replaced',
  'session_ended',
  'sessions_ended',
  'application_disconnected',
  'phone_saved',
  'phone_removed',
  'device_forgotten',
];

/** Account → Security: ways back in, factors, codes left, sessions. */
export async function overview(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, view, csrf } = request;
  const { stores } = services.storage;
  const { factors } = services;
  const who = acting(request);
  const [password, totp, passkeys, codes, open, trusted, applications, recent, phone] = await Promise.all([
    factors.password.authenticators(stores, realm.realm.id, person.id),
    stores.totp.list(realm.realm.id, person.id),
    stores.webauthn.list(realm.realm.id, person.id),
    stores.backupCodes.active(realm.realm.id, person.id),
    sessions(who),
    trustedDevices(who),
    connectedApplications(who),
    activity(who, { limit: RECENT }),
    phoneStanding(who),
  ]);
  const notice = notices.find((known) => known === ctx.query.notice);
  const authenticators: pages.AuthenticatorCard[] = [
    ...password.map((each) => cardOf('password', each)),
    ...passkeys.map((each) => ({ ...cardOf('webauthn', each), suspect: each.counterRegressedAt !== undefined })),
    ...totp.map((each) => ({ ...cardOf('totp', each), driftSeconds: each.driftSteps * each.periodSeconds })),
  ];
  const html = pages.account(
    {
      csrf,
      person: {
        username: person.username,
        firstName: person.firstName,
        lastName: person.lastName,
        email: person.email,
      },
      authenticators,
      mayAddApp: enrollableKinds(request.policy).includes('totp'),
      ...(codes ? { backupCodes: codes } : {}),
      sessions: open,
      trustedDevices: trusted,
      applications,
      ...(phone.maySet || phone.number !== undefined || phone.codesGoTo !== undefined ? { phone } : {}),
      mayDelete: mayDelete(request),
      activity: recent.entries,
      ...(notice ? { notice } : {}),
    },
    view,
  );
  respond(ctx, html);
}

function cardOf(
  kind: pages.AuthenticatorCard['kind'],
  { id, label, createdAt, lastUsedAt }: Omit<pages.AuthenticatorCard, 'kind'>,
): pages.AuthenticatorCard {
  return { id, kind, label, createdAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
}
