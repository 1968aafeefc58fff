import type { UserId } from '@sparekey/contracts';
import type { Device } from '@sparekey/factors';
import type { RiskAssessment } from '@sparekey/policy';
import type { Stores } from '@sparekey/storage';
import { newBrowserSecret, readBrowserSecret, writeBrowserSecret } from '../../browser-secret.ts';
import { policyFor } from '../../policy/policy-for.ts';
import type { Scene } from '../facts.ts';
import type { Journey } from '../journey.ts';
import { eventOf } from './case.ts';
import { assess } from './risk.ts';

/** A browser that was not seen for a year is unknown again. */
const KNOWN_DAYS = 365;
const DAY_MS = 86_400_000;

type Here = Pick<Scene, 'services' | 'ctx' | 'realm'>;

/** The record of this browser for this person; undefined when the browser is unknown to them. */
export async function deviceOf(stores: Stores, { ctx, realm }: Here, userId: UserId): Promise<Device | undefined> {
  const held = readBrowserSecret({ ctx, realm, userId, purpose: 'device' });
  return held && stores.devices.find(realm.realm.id, userId, { id: held.id, secretHash: held.hash });
}

/** Knows this browser from now on; with `trusted` it is spared the second factor, under a new secret. */
export async function rememberDevice(
  stores: Stores,
  here: Here,
  userId: UserId,
  { trusted = false } = {},
): Promise<void> {
  const { services, ctx, realm } = here;
  const known = await deviceOf(stores, here, userId);
  if (known !== undefined && !trusted) return stores.devices.touch(realm.realm.id, userId, known.id);
  if (known !== undefined) await stores.devices.remove(realm.realm.id, userId, known.id);
  const secret = newBrowserSecret();
  const { ip, userAgent } = services.originOf(ctx);
  const device = { secretHash: secret.hash, userAgent, trusted, ...(ip === 'unknown' ? {} : { ip }) };
  const id = await stores.devices.add(realm.realm.id, userId, device);
  writeBrowserSecret({ ctx, realm, userId, purpose: 'device' }, id, secret, KNOWN_DAYS);
}

/**
 * Days for which a browser may be trusted after the factor that is asked for now; undefined where it is not offered:
 * by policy, where risk decides without asking, and where the factor is on top of a session or backs a recovery.
 */
export function trustDays({ policy, state }: Pick<Journey, 'policy' | 'state'>): number | undefined {
  const { days } = policy.trustedDevices;
  if (policy.secondFactor.asked === 'risk') return undefined;
  return days > 0 && state.at === 'factor' ? days : undefined;
}

/** Trusts this browser, after a factor that was just proven in it. */
export async function trustDevice(journey: Journey, userId: UserId): Promise<void> {
  await journey.services.storage.transaction(async (stores) => {
    await rememberDevice(stores, journey, userId, { trusted: true });
    const { days } = journey.policy.trustedDevices;
    await stores.audit.append({ ...eventOf(journey, userId), type: 'device.trusted', detail: { days } });
  });
}

/** Days for which a browser counts where risk decides and the policy says nothing else. */
const DAYS_BY_RISK = 90;

/** How a browser stands with its person: whether it is spared the second factor, and what was weighed for that. */
export interface Sparing {
  spared: boolean;
  assessed?: RiskAssessment;
}

/**
 * Whether this browser is spared the second factor under the policy of today. A change of password, factors, address or
 * number, a freeze and disabling end trust in the database (migration 0085), a recovery where it is judged. Where risk
 * decides, a trusted browser is spared only while the sign-in looks usual: an unknown one is always asked.
 */
export async function sparingOf(stores: Stores, here: Scene, userId: UserId): Promise<Sparing> {
  const { policy } = await policyFor(stores, here, userId);
  const byRisk = policy.secondFactor.asked === 'risk';
  const days = policy.trustedDevices.days || (byRisk ? DAYS_BY_RISK : 0);
  if (days === 0) return { spared: false };
  const trustedAt = (await deviceOf(stores, here, userId))?.trustedAt;
  const trusted = trustedAt !== undefined && trustedAt.getTime() + days * DAY_MS > Date.now();
  if (!trusted || !byRisk) return { spared: trusted };
  const seen = { policy, signInUid: here.interaction.uid, knownDevice: true, codesLeft: undefined };
  const assessed = await assess(stores, here, { realmId: here.realm.realm.id, userId }, seen);
  return { spared: assessed.level === 'low', assessed };
}

/** Tells how a sign-in was judged whose first proof was just given, where risk decides. */
export async function recordSparing(stores: Stores, journey: Journey, userId: UserId): Promise<void> {
  const { spared, assessed } = await sparingOf(stores, journey, userId);
  if (assessed === undefined) return;
  const { level, score, reasons } = assessed;
  const detail = { level, score, reasons: reasons.map(({ reason }) => reason).join(' '), spared };
  await stores.audit.append({ ...eventOf(journey, userId), type: 'sign_in.assessed', detail });
}
