import type { Policy } from '@sparekey/policy';
import type { Browser } from './world.ts';

/** What a recovery has to bring beside its code, least first. */
const demands = ['nothing', 'other_channel', 'waiting'] as const;
export type Demand = (typeof demands)[number];

export const demandRank = (demand: string | undefined): number => demands.indexOf((demand ?? 'nothing') as Demand);

/** Points of what the walk itself causes, written down here a second time: what the code under test reckons has to come to no less. */
const points = { newDevice: 20, newNetwork: 10, recentChange: 25, earlierRecovery: 15, fewCodes: 5 };
const MOST_RECOVERIES = 2;
const FEW_CODES = 2;

interface Past {
  /** Browsers and networks in which this person ended a sign-in, or had one trusted. */
  browsers: Set<Browser>;
  networks: Set<string>;
  changed: boolean;
  /** Sign-ins that spent a code or pass. */
  recoveries: Set<string>;
}

/**
 * The least that a recovery is due, from what the walk did itself: whatever else the product sees may only add to it. The trail
 * that the product reads keeps the machine's clock, so nothing of a walk grows old in it.
 */
export class KnownRisk {
  readonly #pasts = new Map<string, Past>();

  #of(person: string): Past {
    const past = this.#pasts.get(person) ?? {
      browsers: new Set(),
      networks: new Set(),
      changed: false,
      recoveries: new Set(),
    };
    this.#pasts.set(person, past);
    return past;
  }

  signedIn(person: string, browser: Browser): void {
    const past = this.#of(person);
    past.browsers.add(browser);
    past.networks.add(networkOf(browser.ip));
  }

  trusts(person: string, browser: Browser): void {
    this.#of(person).browsers.add(browser);
  }

  /** A password was changed, or a factor removed. */
  changed(person: string): void {
    this.#of(person).changed = true;
  }

  /** A code was spent in a sign-in, of which so many are left: what that sign-in is due at least. */
  recovered(
    person: string,
    { uid, browser, codesLeft }: { uid: string; browser: Browser; codesLeft: number | undefined },
    { recovery }: Policy,
  ): Demand {
    const past = this.#of(person);
    const earlier = [...past.recoveries].filter((each) => each !== uid).length;
    past.recoveries.add(uid);
    const score =
      (past.browsers.has(browser) ? 0 : points.newDevice) +
      (past.networks.has(networkOf(browser.ip)) ? 0 : points.newNetwork) +
      (past.changed ? points.recentChange : 0) +
      Math.min(earlier, MOST_RECOVERIES) * points.earlierRecovery +
      (codesLeft !== undefined && codesLeft <= FEW_CODES ? points.fewCodes : 0);
    if (score >= recovery.risk.high) return 'waiting';
    return score >= recovery.risk.medium ? recovery.whenMedium : 'nothing';
  }
}

/** The /24 of an IPv4 address. */
const networkOf = (ip: string): string => ip.split('.').slice(0, 3).join('.');
