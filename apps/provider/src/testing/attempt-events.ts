import type { UserId } from '@sparekey/contracts';
import type { Storage } from '@sparekey/storage';

/** What the audit trail tells of one person's attempts at one factor. */
export interface AttemptEvents {
  accepted: number;
  /** Evaluated and refused. */
  failed: number;
  /** Turned away by the limit, unevaluated. */
  denied: number;
}

const types = {
  password: ['password.attempted'],
  totp: ['totp.attempted'],
  backup_code: ['backup_code.attempted', 'backup_code.consumed'],
};

/** Counts the events of attempts; with `subject` undefined those at names that nobody has. */
export async function attemptEvents(
  storage: Storage,
  subject: UserId | undefined,
  factor: keyof typeof types,
): Promise<AttemptEvents> {
  const row = await storage.database.row<AttemptEvents>({
    name: 'test_attempt_events',
    text: `select count(*) filter (where outcome = 'success')::int as accepted,
             count(*) filter (where outcome = 'failure')::int as failed,
             count(*) filter (where outcome = 'denied')::int as denied
           from audit_event where subject_id is not distinct from $1 and type = any ($2)`,
    values: [subject ?? null, types[factor]],
  });
  return row ?? { accepted: 0, failed: 0, denied: 0 };
}
