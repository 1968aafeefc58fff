import fc from 'fast-check';
import {
  bindFilter,
  evaluate,
  type JsonObject,
  parseFilter,
  parseTarget,
  ScimError,
  searchable,
  userType,
} from '../src/index.ts';
import { enterprise, filters, people, thrown, userFilter } from './world.ts';

const bjensen: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: '2819c223-7f76-453a-919d-413861904646',
  externalId: 'bjensen',
  userName: 'bjensen@example.com',
  name: { familyName: 'Jensen', givenName: 'Barbara' },
  title: 'Tour Guide',
  userType: 'Employee',
  active: true,
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@example.org', type: 'home' },
  ],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  meta: { resourceType: 'User', lastModified: '2011-05-13T04:42:34Z' },
  [enterprise]: { employeeNumber: '701984', manager: { value: '26118915' } },
};

function matches(text: string, resource = bjensen): boolean {
  return evaluate(userFilter(text), searchable(userType, resource));
}

describe('A filter finds (RFC 7644 section 3.4.2.2)', () => {
  test.each<[string, boolean]>([
    // The examples of figure 2.
    ['userName eq "bjensen@example.com"', true],
    ['name.familyName co "EN"', true],
    ['userName sw "B"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"', false],
    ['title pr', true],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', false],
    ['meta.lastModified ge "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified lt "2011-05-13T04:42:34Z"', false],
    ['meta.lastModified le "2011-05-13T04:42:34Z"', true],
    ['title pr and userType eq "Employee"', true],
    ['title pr or userType eq "Intern"', true],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
    ['userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', true],
    ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', false],
    ['userType eq "Employee" and (emails.type eq "work")', true],
    ['userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', true],
    ['emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]', true],
    // Names and operators in any case; values by caseExact.
    ['USERNAME EQ "BJENSEN@EXAMPLE.COM"', true],
    ['externalId eq "BJENSEN"', false],
    ['externalId eq "bjensen"', true],
    // One element has to fit the whole value path.
    ['emails[type eq "home" and value co "@example.com"]', false],
    ['emails.type eq "home" and emails.value co "@example.com"', true],
    ['emails[not (type eq "work")]', true],
    ['not (emails[type eq "fax"])', true],
    // And binds closer than or.
    ['userName eq "x" and title pr or active eq true', true],
    ['userName eq "x" and (title pr or active eq true)', false],
    // Extensions and their complex attributes.
    [`${enterprise}:employeeNumber eq "701984"`, true],
    [`${enterprise}:manager.value eq "26118915"`, true],
    [`${enterprise}:manager eq "26118915"`, true],
    // Moments with another zone.
    ['meta.lastModified eq "2011-05-13T06:42:34+02:00"', true],
    // Null, absence, and what is not equal to nothing.
    ['nickName eq null', true],
    ['title eq null', false],
    ['nickName ne "Babs"', true],
    ['photos pr', false],
    ['name pr', true],
    // Text as JSON has it.
    ['title eq "Tour\\u0020Guide"', true],
    ['title co "\\""', false],
  ])('%s is %s', (text, expected) => {
    expect(matches(text)).toBe(expected);
  });
});

describe('A filter that makes no sense is refused as invalidFilter with its place', () => {
  test.each<[string, RegExp]>([
    ['', /Expected an attribute at character 1/],
    ['userName', /Expected an operator .* at character 9/],
    ['userName eq', /Expected a value.* at character 12/],
    ['userName eq jyoung', /Expected a value: text in double quotes.* at character 13/],
    ['externalId eq jyoung', /at character 15/],
    ['userName eq "x" and', /at character 20/],
    ['userName eq "x', /has no end.* at character|begins at character 13/],
    ['userName xx "x"', /Expected an operator/],
    ['not title pr', /at character 5/],
    ['(userName pr', /Expected "\)" at character 13/],
    ['userName pr)', /Unexpected at character 12/],
    ['(((', /at character 4/],
    ['emails[type eq "work"', /Expected "\]"/],
    ['nothing eq "x"', /User has no attribute "nothing" at character 1/],
    ['name.nothing eq "x"', /User has no attribute "name.nothing"/],
    ['urn:example:User:userName eq "x"', /no attribute/],
    ['emails[nothing eq "x"]', /"emails" has no "nothing" at character 8/],
    ['name[givenName eq "x"]', /has one value/],
    ['active gt true', /does not compare "active"/],
    ['active eq "true"', /true or false/],
    ['userName eq 3', /text in double quotes/],
    ['meta.lastModified co "2011"', /does not compare/],
    ['meta.lastModified gt "yesterday"', /a date and time/],
    ['name eq "x"', /does not compare "name", which is complex/],
    ['password eq "x"', /cannot be searched/],
    ['password pr', /cannot be searched/],
    ['userName gt null', /null compares with eq and ne/],
    ['userName eq "x" # y', /Unexpected "#" at character 17/],
    ['__proto__ eq "x"', /Unexpected|no attribute|Expected/],
    ['constructor eq "x"', /no attribute "constructor"/],
    ['emails[value eq "x"].nothing eq "y"', /has no "nothing"/],
  ])('%j', (text, message) => {
    expect(thrown(() => userFilter(text))).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      message: expect.stringMatching(message),
    });
  });
});

describe('Limits hold before a filter is parsed (four servers overflowed their stack)', () => {
  test.each<[string, string]>([
    ['3,000 brackets', `${'('.repeat(1500)}title pr${')'.repeat(1500)}`],
    ['100,000 brackets', '('.repeat(100_000)],
    ['eleven levels', `${'('.repeat(11)}title pr${')'.repeat(11)}`],
    ['a hundred and one terms', Array.from({ length: 101 }, () => 'a pr').join(' or ')],
    ['2,049 characters', `title eq "${'x'.repeat(2049 - 11)}"`],
  ])('%s are refused (H50)', (_name, text) => {
    expect(thrown(() => parseFilter(text))).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });

  test('ten levels and a hundred terms are taken', () => {
    parseFilter(`${'('.repeat(10)}title pr${')'.repeat(10)}`);
    parseFilter(Array.from({ length: 100 }, () => 'title pr').join(' or '));
  });
});

describe('Whatever is sent', () => {
  const pieces = [
    '(',
    ')',
    '[',
    ']',
    '"',
    '\\',
    ' ',
    '.',
    ':',
    'and',
    'or',
    'not',
    'eq',
    'pr',
    'userName',
    'emails',
    'type',
    '"x"',
    '1',
    'null',
    '\u0000',
    '\u{1f600}',
    'urn:',
    '__proto__',
  ];

  test('a filter parses or is refused; nothing else happens', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(' ')),
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const parse of [() => bindFilter(userType, parseFilter(text)), () => parseTarget(text)]) {
          try {
            parse();
          } catch (error) {
            if (!(error instanceof ScimError) || error.status !== 400) throw error;
          }
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('not (f) is true exactly where f is false', () => {
    fc.assert(
      fc.property(filters, people, (text, person) => {
        expect(matches(`not (${text})`, person)).toBe(!matches(text, person));
      }),
      { numRuns: 1000 },
    );
  });

  test('and, or are those of logic', () => {
    fc.assert(
      fc.property(filters, filters, people, (a, b, person) => {
        const [x, y] = [matches(a, person), matches(b, person)];
        expect(matches(`(${a}) and (${b})`, person)).toBe(x && y);
        expect(matches(`(${a}) or (${b})`, person)).toBe(x || y);
      }),
      { numRuns: 500 },
    );
  });
});
