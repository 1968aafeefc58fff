import { describe, expect, test } from '@jest/globals';
import { Sessions, type SignedIn } from './sessions.ts';

const signedIn = (sub: string, sid: string) => ({ claims: { sub, sid } }) as unknown as SignedIn;

describe('a logout token', () => {
  test('ends the session it names and no other', () => {
    const sessions = new Sessions(() => 0);
    const named = sessions.create({ signedIn: signedIn('ada', 's1') });
    const other = sessions.create({ signedIn: signedIn('ada', 's2') });
    expect(sessions.endFor({ sid: 's1' })).toBe(1);
    expect([sessions.get(named.id), sessions.get(other.id)]).toEqual([undefined, other]);
  });

  test('leaves a request on its way to whoever signs in with it', () => {
    const sessions = new Sessions(() => 0);
    const begun = { state: 's', nonce: 'n', codeVerifier: 'v' };
    const { id } = sessions.create({ signedIn: signedIn('ada', 's1'), begun });
    expect(sessions.endFor({ sub: 'ada' })).toBe(1);
    expect(sessions.get(id)).toMatchObject({ begun });
    expect(sessions.get(id)?.signedIn).toBeUndefined();
  });
});
