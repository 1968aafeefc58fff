import fc from 'fast-check';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Few words that resemble one another, so that filters hit often: case, width, accents, empty text, quotes. */
export const words = [
  'bjensen',
  'BJensen',
  'bj',
  'Ａda',
  'ada',
  'Æ',
  'ß',
  'İ',
  'a"b',
  'a\\b',
  '',
  '日本',
  '\u{1f600}',
  'ﬁ',
  '100%',
  'x_y',
];
const word = fc.constantFrom(...words);
const type = fc.constantFrom('work', 'home', 'Work');
const moments = ['2026-01-31T08:00:00Z', '2026-01-31T09:00:00+01:00', '2025-12-31T23:59:59.999Z'];

function record(fields: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<JsonObject> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;
}

const plural = fc.array(record({ value: word, type, primary: fc.boolean() }), { minLength: 1, maxLength: 3 });

/** People as they are stored. */
export const people: fc.Arbitrary<JsonObject> = fc
  .record({
    always: fc.record({ userName: word }),
    core: record({
      externalId: word,
      displayName: word,
      active: fc.boolean(),
      name: record({ givenName: word, familyName: word }),
      emails: plural as fc.Arbitrary<Json>,
      phoneNumbers: plural as fc.Arbitrary<Json>,
      meta: record({ lastModified: fc.constantFrom(...moments) }),
      [enterprise]: record({ department: word, manager: record({ value: word }) as fc.Arbitrary<Json> }),
    }),
  })
  .map(({ always, core }) => ({ ...core, ...always }));

const quoted = (text: string) => JSON.stringify(text);
const textPaths = [
  'userName',
  'externalId',
  'displayName',
  'name.givenName',
  'name.familyName',
  'emails',
  'emails.value',
  'phoneNumbers.type',
  'urn:ietf:params:scim:schemas:core:2.0:User:displayName',
  `${enterprise}:department`,
  `${enterprise}:manager`,
];
const textTest = fc
  .tuple(
    fc.constantFrom(...textPaths),
    fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ'),
    word,
  )
  .map(([path, op, value]) => `${path} ${op} ${quoted(value)}`);
const presence = fc
  .constantFrom(...textPaths, 'name', 'emails', 'active', 'meta.lastModified')
  .map((path) => `${path} pr`);
const absence = fc
  .tuple(fc.constantFrom(...textPaths), fc.constantFrom('eq', 'ne'))
  .map(([path, op]) => `${path} ${op} null`);
const flag = fc.tuple(fc.constantFrom('eq', 'ne'), fc.boolean()).map(([op, value]) => `active ${op} ${value}`);
const date = fc
  .tuple(fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'), fc.constantFrom(...moments))
  .map(([op, value]) => `meta.lastModified ${op} "${value}"`);
const inner = fc.oneof(
  fc
    .tuple(fc.constantFrom('value', 'type'), fc.constantFrom('eq', 'ne', 'sw', 'co'), word)
    .map(([a, op, v]) => `${a} ${op} ${quoted(v)}`),
  type.map((value) => `type eq "${value}"`),
  fc.boolean().map((value) => `primary eq ${value}`),
  fc.constant('value pr'),
);

function joined(term: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: term },
    fc.tuple(term, fc.constantFrom('and', 'or', 'AND'), term).map(([a, op, b]) => `(${a} ${op} ${b})`),
    term.map((one) => `not (${one})`),
  );
}

const elements = fc
  .tuple(fc.constantFrom('emails', 'phoneNumbers'), joined(inner), fc.constantFrom('', '.value eq "bjensen"'))
  .map(([path, filter, rest]) => `${path}[${filter}]${rest}`);
const leaf = fc.oneof(textTest, presence, absence, flag, date, elements);

/** Filters over these people, as text. */
export const filters: fc.Arbitrary<string> = fc.oneof(
  leaf,
  joined(leaf),
  fc.tuple(joined(leaf), fc.constantFrom('and', 'or'), joined(leaf)).map(([a, op, b]) => `${a} ${op} ${b}`),
);
