import type { Json } from '@sparekey/scim';
import { errorSchema, useDirectory } from './requirement.ts';

const here = useDirectory();

describe('Whatever is sent to the protocol', () => {
  const hostile: Json[] = [
    '',
    '[',
    'null',
    '1',
    '"x"',
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '['.repeat(100_000),
    `{"a":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`,
    '{"schemas":["\\u0000"]}',
    '{"schemas":[{}],"userName":[]}',
  ];

  test('is refused with a 4xx in the words of SCIM: no 5xx, no pollution', async () => {
    const { id } = await here.person();
    for (const body of hostile) {
      for (const [method, path] of [
        ['POST', '/Users'],
        ['POST', '/Groups'],
        ['PUT', `/Users/${id}`],
        ['PATCH', `/Users/${id}`],
        ['POST', '/Bulk'],
        ['POST', '/.search'],
      ] as const) {
        const answer = await here.directory.send(method, path, body);
        expect([
          String(body).slice(0, 20),
          method,
          path,
          answer.status >= 400 && answer.status < 500,
          answer.body?.schemas,
        ]).toEqual([String(body).slice(0, 20), method, path, true, [errorSchema]]);
      }
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each(['/Users/%00', '/Users/x/y', '//Users', '/Users/%', '/users', '/Nothing', '/Users/.search/x'])(
    '%s leads nowhere',
    async (path) => {
      expect((await here.directory.get(path)).status).toBe(404);
    },
  );
});
