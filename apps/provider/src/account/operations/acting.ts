import type { Origin } from '@sparekey/audit';
import type { Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { ServedRealm } from '../../realms/cache.ts';
import type { Services } from '../../services.ts';

/**
 * A person who acts on their own account, by whichever door they came in. Operations do what is asked; that the asker may
 * do it (the proof of `demandOf`, a form's token, a scope) is the door's to see to before.
 */
export interface Acting {
  services: Services;
  realm: ServedRealm;
  person: User;
  /** The policy the person is under. */
  policy: Policy;
  /** Where the request comes from. */
  origin: Origin;
  /** The browser session behind the request. */
  sessionUid: string;
  /** client_id of the application that acts for the person; absent on our own pages. */
  clientId?: string;
}

/** How a person acts, for the audit events of what they do. */
export const byWay = ({ origin, sessionUid, clientId }: Acting) => ({
  origin,
  sessionUid,
  ...(clientId === undefined ? {} : { clientId }),
});

/** Fields of an audit event of a person changing their own account. */
export function byPerson(acting: Acting) {
  const { realm, person } = acting;
  return {
    realmId: realm.realm.id,
    actor: { kind: 'user', id: person.id },
    subject: person.id,
    outcome: 'success',
    ...byWay(acting),
  } as const;
}
