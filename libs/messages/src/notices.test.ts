import type { AuditEvent, AuditEventType } from '@sparekey/audit';
import { auditCatalogue } from '@sparekey/audit';
import type { RealmId, UserId } from '@sparekey/contracts';
import { isVetoable, type LetterKind, type Notice, noticesOf } from './index.ts';

const NOW = new Date('2026-11-28T12:00:00Z');

const eventOf = (type: AuditEventType, over: Partial<AuditEvent> = {}): AuditEvent => ({
  type,
  realmId: 'realm' as RealmId,
  actor: { kind: 'operator', name: 'ola' },
  subject: 'ada' as UserId,
  outcome: 'success',
  origin: { ip: '192.0.2.7', userAgent: 'browser', requestId: 'r' },
  ...over,
});

type Told = [LetterKind, Notice['to']];
const told = (event: AuditEvent): Told[] => noticesOf(event, NOW).map(({ letter, to }) => [letter.kind, to]);

const consumed = (left: number): Partial<AuditEvent> => ({ detail: { left } });
const moved: Partial<AuditEvent> = {
  changed: {
    email: { from: 'old@example.com', to: 'new@example.com' },
    phoneNumber: { from: '+39330', to: '+39331' },
  },
};

/** What has to be told of: the event, and to whom the letters go. */
const duties: [string, AuditEventType, Partial<AuditEvent>, Told[]][] = [
  ['a wrong backup code', 'backup_code.attempted', { outcome: 'failure' }, [['recovery_attempted', 'current']]],
  ['a barred backup code', 'backup_code.attempted', { outcome: 'denied' }, [['recovery_attempted', 'current']]],
  ['a used code', 'backup_code.consumed', consumed(7), [['code_used', 'current']]],
  ...[3, 1, 0].map((left): [string, AuditEventType, Partial<AuditEvent>, Told[]] => [
    `${left} codes left`,
    'backup_code.consumed',
    consumed(left),
    [
      ['code_used', 'current'],
      ['codes_low', 'current'],
    ],
  ]),
  ['two codes left', 'backup_code.consumed', consumed(2), [['code_used', 'current']]],
  ['a new set', 'backup_codes.confirmed', { detail: { count: 10 } }, [['codes_generated', 'current']]],
  ['codes that expire', 'backup_codes.expiring', { detail: { days: 7, left: 4 } }, [['codes_expiring', 'current']]],
  ...(['totp', 'webauthn'] as const).flatMap((factor): [string, AuditEventType, Partial<AuditEvent>, Told[]][] => [
    [`an added ${factor}`, `${factor}.enrolled`, {}, [['factor_added', 'current']]],
    [`a removed ${factor}`, `${factor}.removed`, {}, [['factor_removed', 'current']]],
  ]),
  ['a changed password', 'password.changed', {}, [['password_changed', 'current']]],
  [
    'a lockout of the person',
    'attempts.locked',
    { outcome: 'denied', detail: { scope: 'person' } },
    [['locked', 'current']],
  ],
  ['a lockout of a network', 'attempts.locked', { outcome: 'denied', detail: { scope: 'network' } }, []],
  [
    'a recovery that waits',
    'recovery.assessed',
    { detail: { demands: 'waiting', until: '2026-11-29T12:00:00Z' } },
    [
      ['recovery_waiting', 'current'],
      ['recovery_waiting', 'phone'],
    ],
  ],
  ['a recovery that goes on', 'recovery.assessed', { detail: { demands: 'nothing' } }, []],
  ['a repair', 'recovery.repaired', { detail: { factor: 'totp', replaced: 1 } }, [['account_repaired', 'current']]],
  ['"this wasn’t me"', 'recovery.frozen', {}, [['recovery_frozen', 'current']]],
  [
    'an issued pass',
    'recovery_pass.issued',
    { detail: { usableAt: NOW.toISOString() } },
    [
      ['pass_issued', 'current'],
      ['pass_issued', 'phone'],
    ],
  ],
  ['a used pass', 'recovery_pass.consumed', {}, [['pass_used', 'current']]],
  [
    'another address and number',
    'profile.updated',
    moved,
    [
      ['email_changed', 'former'],
      ['email_set', 'new'],
      ['phone_changed', 'current'],
      ['phone_changed', 'former_phone'],
    ],
  ],
  ['another name', 'profile.updated', {}, []],
  ['an opened way in', 'break_glass.opened', {}, [['break_glass_opened', 'administrators']]],
  [
    'a wrong sealed code',
    'break_glass.attempted',
    { outcome: 'failure', subject: undefined } as Partial<AuditEvent>,
    [['break_glass_attempted', 'administrators']],
  ],
];

test.each(duties)('of %s everybody concerned is told, and nobody else', (_what, type, over, expected) => {
  expect(told(eventOf(type, over))).toEqual(expected);
});

test('what concerns nobody is told to nobody, but for what concerns every administrator', () => {
  for (const type of Object.keys(auditCatalogue) as AuditEventType[]) {
    const { subject: _subject, ...nobody } = eventOf(type);
    const kinds = noticesOf(nobody, NOW).map(({ to }) => to);
    expect([type, kinds]).toEqual([
      type,
      type.startsWith('break_glass.') ? kinds.filter((to) => to === 'administrators') : [],
    ]);
  }
});

test('what failed is no change: a refused enrolment, removal or repair is not told as one', () => {
  for (const type of ['totp.enrolled', 'totp.removed', 'webauthn.enrolled', 'webauthn.removed'] as const) {
    expect(told(eventOf(type, { outcome: 'failure' }))).toEqual([]);
  }
});

test('what a stranger can cause at will is told once an hour', () => {
  const often = duties.flatMap(([, type, over]) =>
    noticesOf(eventOf(type, over), NOW)
      .filter(({ oncePerHour }) => oncePerHour)
      .map(({ letter }) => letter.kind),
  );
  expect([...new Set(often)].sort()).toEqual(['break_glass_attempted', 'locked', 'recovery_attempted']);
});

test('"this wasn’t me" stands in every letter to a person about something they may not have done', () => {
  const kinds = [...new Set(duties.flatMap(([, , , expected]) => expected.map(([kind]) => kind)))];
  expect(kinds.filter((kind) => !isVetoable(kind)).sort()).toEqual([
    'break_glass_attempted',
    'break_glass_opened',
    'codes_expiring',
    'codes_low',
    'email_set',
    'recovery_frozen',
  ]);
});

test('a pass that counts at once is not said to wait; one that waits says until when', () => {
  const letterOf = (usableAt: string) =>
    noticesOf(eventOf('recovery_pass.issued', { detail: { usableAt } }), NOW)[0]?.letter;
  expect(letterOf('2026-11-28T12:00:01Z')).not.toHaveProperty('usableAt');
  expect(letterOf('2026-11-28T14:00:00Z')).toMatchObject({ usableAt: '2026-11-28T14:00:00Z' });
});

test('words that an operator typed stay on one line of the letter', () => {
  const event = eventOf('break_glass.opened', {
    actor: { kind: 'operator', name: 'ola\r\nBcc: all' },
    detail: { realm: 'master', user: 'ann', why: 'a\u001b[2J\nb' },
  });
  const letter = noticesOf(event, NOW)[0]?.letter;
  expect(letter).toMatchObject({ operator: 'ola Bcc: all', why: 'a [2J b' });
});
