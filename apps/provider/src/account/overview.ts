import * as pages from '../pages/index.ts';
import { enrollableKinds } from '../policy/kinds.ts';
import { type AccountRequest, respond } from './session.ts';

const notices: readonly pages.AccountNotice[] = [
  'profile_saved',
  'password_changed',
  'authenticator_added',
  'authenticator_removed',
  'backup_codes_replaced',
  'session_ended',
  'sessions_ended',
];

/** Account → Security: ways back in, factors, codes left, sessions. */
export async function overview(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, session, view, csrf } = request;
  const { stores } = services.storage;
  const { factors } = services;
  const [password, totp, codes, sessions] = await Promise.all([
    factors.password.authenticators(stores, realm.realm.id, person.id),
    stores.totp.list(realm.realm.id, person.id),
    stores.backupCodes.active(realm.realm.id, person.id),
    stores.sessions.list(realm.realm.id, person.id),
  ]);
  const appNames = await namesOf(request, new Set(sessions.flatMap((each) => each.clients)));
  const notice = notices.find((known) => known === ctx.query.notice);
  const authenticators: pages.AuthenticatorCard[] = [
    ...password.map(({ id, label, createdAt, lastUsedAt }) => ({
      id,
      kind: 'password' as const,
      label,
      createdAt,
      ...(lastUsedAt ? { lastUsedAt } : {}),
    })),
    ...totp.map(({ id, label, createdAt, lastUsedAt, driftSteps, periodSeconds }) => ({
      id,
      kind: 'totp' as const,
      label,
      createdAt,
      ...(lastUsedAt ? { lastUsedAt } : {}),
      driftSeconds: driftSteps * periodSeconds,
    })),
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
      ...(notice ? { notice } : {}),
    },
    view,
  );
  respond(ctx, html);
}

/** Applications as people know them; the account pages are none, and one that is gone has no name any more. */
async function namesOf({ services, realm }: AccountRequest, clientIds: Set<string>): Promise<Map<string, string>> {
  clientIds.delete(services.accountClientId);
  const clients = await Promise.all([...clientIds].map((clientId) => realm.client(clientId)));
  return new Map(clients.flatMap((client) => (client ? [[client.clientId, client.name ?? client.clientId]] : [])));
}
