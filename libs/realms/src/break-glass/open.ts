import { AppError, type UserId } from '@sparekey/contracts';
import { administratorRoles, isAdministrator } from '../administrators.ts';
import type { Realm, User } from '../model.ts';
import type { BreakGlassDependencies, BreakGlassStores } from './ports.ts';

/** Guesses are hopeless (119 bits); the wait only keeps a script from filling the audit trail. */
const LIMIT = { failures: 5, firstWaitSeconds: 30, maxWaitSeconds: 600, hardStop: 2_000_000_000 };

export interface BreakGlassRequest {
  realm: Realm;
  /** Username or e-mail address of the administrator who shall get in. */
  login: string;
  /** Makes an account of that name instead: for when those that are there cannot be trusted. */
  makeAccount: boolean;
  /** As it was typed off the paper. */
  code: string;
  operator: string;
  why: string;
  /** For how long the pass can be used. */
  minutes: number;
}

export interface OpenedBreakGlass {
  opening: string;
  user: string;
  /** What the administrator types in place of the password, once. Told here and nowhere else. */
  pass: string;
  expiresAt: Date;
  /** Sealed codes left. */
  left: number;
}

/**
 * Spends a sealed code on a way in for one administrator, whatever kept them out: disabled, locked, frozen, every factor
 * and the password lost. The pass opens a recovery, so a factor has to be set up and the password chosen anew. Told to
 * every administrator. Errors: `not_found`, `conflict`, `forbidden` for a person who cannot be meant, before anything is
 * spent; `validation_failed` for what is no code by its form; `too_many_attempts`; `forbidden` for a wrong or used code.
 */
export async function openBreakGlass(
  dependencies: BreakGlassDependencies,
  request: BreakGlassRequest,
): Promise<OpenedBreakGlass> {
  const { stores, transaction, attempts, sealedCodes, passes } = dependencies;
  const { realm, operator, why, minutes } = request;
  const known = await administratorOf(stores, request);
  if (!sealedCodes.wellFormed(request.code)) {
    throw new AppError('validation_failed', 'That is no sealed code: it has six groups of four letters and digits');
  }
  const set = await stores.breakGlass.live(realm.id);
  if (set === undefined) throw new AppError('not_found', `Realm ${realm.name} has no sealed codes`);

  const event = { realmId: realm.id, actor: { kind: 'operator', name: operator } } as const;
  const key = { realmId: realm.id, factor: 'backup_code', subject: 'break_glass' } as const;
  const permit = await attempts.begin(key, LIMIT);
  if (!permit.allowed) {
    await stores.audit.append({ ...event, type: 'break_glass.attempted', outcome: 'denied', reason: 'waiting' });
    const { waitSeconds } = permit;
    throw new AppError('too_many_attempts', `Too many wrong codes: wait ${waitSeconds} s`, {
      retryAfterSeconds: waitSeconds,
    });
  }
  const index = await sealedCodes.find(set, request.code);
  const opened =
    index === undefined
      ? undefined
      : await transaction(async (within) => {
          const spent = await within.breakGlass.consume(realm.id, set.id, index);
          if (spent === undefined) return undefined;
          const person = known ? await restored(within, known) : await made(within, request);
          const { code: pass, digest } = passes.make(realm.id, person.id);
          const { id, expiresAt } = await within.breakGlass.open({
            realmId: realm.id,
            userId: person.id,
            setId: set.id,
            codeIndex: index,
            digest,
            madeAccount: known === undefined,
            openedBy: operator,
            minutes,
          });
          await within.audit.append({
            ...event,
            type: 'break_glass.opened',
            subject: person.id,
            outcome: 'success',
            detail: {
              opening: id,
              realm: realm.name,
              user: person.username,
              why,
              minutes,
              left: spent.left,
              madeAccount: known === undefined,
              wasDisabled: known?.enabled === false,
            },
          });
          return { id, person, pass, expiresAt, left: spent.left };
        });
  if (opened === undefined) {
    const { failures } = permit;
    const detail = { failures };
    await stores.audit.append({ ...event, type: 'break_glass.attempted', outcome: 'failure', reason: 'wrong', detail });
    throw new AppError('forbidden', 'That is none of the unused sealed codes');
  }
  await attempts.succeeded(key);
  await attempts.unlock(realm.id, opened.person.id);
  const { id: opening, person, pass, expiresAt, left } = opened;
  return { opening, user: person.username, pass, expiresAt, left };
}

/** The administrator who is meant; undefined for one to be made. */
async function administratorOf(
  stores: BreakGlassStores,
  { realm, login, makeAccount }: BreakGlassRequest,
): Promise<User | undefined> {
  const person = await stores.users.byLogin(realm.id, login);
  if (makeAccount) {
    if (person !== undefined) throw new AppError('conflict', `There is a ${login} in realm ${realm.name} already`);
    return undefined;
  }
  if (person === undefined) throw new AppError('not_found', `There is nobody called "${login}" in realm ${realm.name}`);
  if (!isAdministrator(realm, await stores.users.claims(realm.id, person.id))) {
    throw new AppError('forbidden', `${login} is no administrator of realm ${realm.name}`);
  }
  return person;
}

/** Takes away what keeps an administrator out; a password that was there has to be chosen anew. */
async function restored(stores: BreakGlassStores, known: User): Promise<User> {
  await stores.users.lock(known.realmId, known.id);
  const person = (await stores.users.byId(known.realmId, known.id)) ?? known;
  const hasPassword = (await stores.passwords.get(known.realmId, known.id)) !== undefined;
  await stores.recoveryFreezes.lift(known.realmId, known.id);
  const requiredActions = [...new Set([...person.requiredActions, ...(hasPassword ? ['UPDATE_PASSWORD'] : [])])];
  return stores.users.update({ ...person, enabled: true, requiredActions });
}

async function made(stores: BreakGlassStores, { realm, login }: BreakGlassRequest): Promise<User> {
  const wanted = administratorRoles(realm);
  const role = (await stores.roles.list(realm.id)).find(({ name, clientId }) => !clientId && wanted.includes(name));
  if (role === undefined) {
    throw new AppError('not_found', `Realm ${realm.name} has none of the roles ${wanted.join(', ')}`);
  }
  const person = await stores.users.create({
    realmId: realm.id,
    username: login,
    emailVerified: false,
    phoneNumberVerified: false,
    enabled: true,
    attributes: {},
    requiredActions: ['UPDATE_PASSWORD'],
  });
  await stores.users.grantRole(realm.id, person.id as UserId, role.id);
  return person;
}
