import type { Device } from '@sparekey/factors';
import * as pages from '../pages/index.ts';
import { enrollableKinds } from '../policy/kinds.ts';
import { applicationNames } from './operations/applications.ts';
import { type AccountRequest, respond } from './session.ts';

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
  'device_forgotten',
];

/** Account → Security: ways back in, factors, codes left, sessions. */
export async function overview(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, session, view, csrf } = request;
  const { stores } = services.storage;
  const { factors } = services;
  const [password, totp, passkeys, codes, sessions, devices] = await Promise.all([
    factors.password.authenticators(stores, realm.realm.id, person.id),
    stores.totp.list(realm.realm.id, person.id),
    stores.webauthn.list(realm.realm.id, person.id),
    stores.backupCodes.active(realm.realm.id, person.id),
    stores.sessions.list(realm.realm.id, person.id),
    stores.devices.trusted(realm.realm.id, person.id),
  ]);
  const appNames = await applicationNames(request, new Set(sessions.flatMap((each) => each.clients)));
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
      sessions: sessions.map((each) => ({
        id: each.uid,
        current: each.uid === session.uid,
        ...pages.deviceOf(each.userAgent),
        ip: each.ip ?? '',
        startedAt: each.createdAt,
        lastSeenAt: each.lastSeenAt,
        apps: each.clients.flatMap((clientId) => appNames.get(clientId) ?? []),
      })),
      trustedDevices: trustedRows(devices, request.policy.trustedDevices.days),
      ...(notice ? { notice } : {}),
    },
    view,
  );
  respond(ctx, html);
}

/** Those that are trusted still, under the policy of today. */
function trustedRows(devices: readonly Device[], days: number): pages.TrustedDeviceRow[] {
  return devices.flatMap(({ id, userAgent, ip, lastSeenAt, trustedAt }) => {
    if (trustedAt === undefined) return [];
    const until = new Date(trustedAt.getTime() + days * 86_400_000);
    return until > new Date() ? [{ id, ...pages.deviceOf(userAgent), ip: ip ?? '', lastSeenAt, until }] : [];
  });
}

function cardOf(
  kind: pages.AuthenticatorCard['kind'],
  { id, label, createdAt, lastUsedAt }: Omit<pages.AuthenticatorCard, 'kind'>,
): pages.AuthenticatorCard {
  return { id, kind, label, createdAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
}
