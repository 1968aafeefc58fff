import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createHashEngine } from './engine.ts';
import { keycloakFromPhc, phcFromKeycloak } from './keycloak.ts';
import { formatPhc, type StoredHash, UnsupportedHashError } from './phc.ts';

const engine = createHashEngine({ random: randomBytes });
const salt = 'AAECAwQFBgcICQoLDA0ODw==';

/** The PBKDF2 outputs were computed apart, with Python's hashlib, as Keycloak does: 64 bytes whatever the digest. */
const pbkdf2 = [
  ['pbkdf2', 20_000, 'ATbcNzKXvwVSBRFTPWs0kx0KtwPMA3tWQFml5xyGOvjtHA2J/ucug0jRfZvh2iDiCZ1e7RGg0ubEC/8PdOUYug=='],
  ['pbkdf2-sha256', 27_500, 'mUZN+YMEFDofmQ/jrz7wW+Zs0+IHT005hg1FSbZ1DW30pEV8DxS12TAgiT+a05loukBPXvZ1VbOAdNCn2eaVrg=='],
  ['pbkdf2-sha512', 30_000, 'gKNw8bJ+DkY3tg+PeWqmgKeqpMK3psaBpQ3VUUYk3Bz7Vmigb6swFMstyspuK8o4j5I1YdkiYlcg0OQdTMd//A=='],
] as const;

test.each(pbkdf2)(
  'a password exported by Keycloak with %s signs in, and no other does',
  async (algorithm, hashIterations, value) => {
    const exported = {
      secretData: JSON.stringify({ value, salt, additionalParameters: {} }),
      credentialData: JSON.stringify({ hashIterations, algorithm, additionalParameters: {} }),
    };
    const phc = phcFromKeycloak(exported);
    expect(phc).toMatch(new RegExp(`^\\$${algorithm}\\$i=${hashIterations}\\$`));
    expect(await engine.verify(phc, 'pässwörd')).toBe(true);
    expect(await engine.verify(phc, 'pässwörd ')).toBe(false);
    expect(engine.needsRehash(phc)).toBe(true);
    expect(keycloakFromPhc(phc)).toEqual(exported);
  },
);

test('a password exported by Keycloak with argon2 signs in, and no other does', async () => {
  // The reference implementation's vector: "password" with the salt "somesalt".
  const exported = {
    secretData:
      '{"value":"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4=","salt":"c29tZXNhbHQ=","additionalParameters":{}}',
    credentialData:
      '{"hashIterations":2,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["256"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}',
  };
  const phc = phcFromKeycloak(exported);
  expect(phc).toBe('$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4');
  expect(await engine.verify(phc, 'password')).toBe(true);
  expect(await engine.verify(phc, 'Password')).toBe(false);
  expect(keycloakFromPhc(phc)).toEqual(exported);
});

test('our own hashes go to Keycloak and come back unchanged', async () => {
  const phc = await engine.hash('correct horse');
  const exported = keycloakFromPhc(phc);
  expect(JSON.parse(exported.credentialData)).toMatchObject({
    hashIterations: 2,
    algorithm: 'argon2',
    additionalParameters: { memory: ['19456'], type: ['id'], version: ['1.3'], parallelism: ['1'], hashLength: ['32'] },
  });
  expect(phcFromKeycloak(exported)).toBe(phc);
});

test('no allowed hash is changed by the way to Keycloak and back', () => {
  const bytes = (minLength: number, maxLength: number) =>
    fc.uint8Array({ minLength, maxLength }).map((one) => Buffer.from(one));
  const stored: fc.Arbitrary<StoredHash> = fc.oneof(
    fc.record({
      scheme: fc.constantFrom('argon2id', 'argon2i', 'argon2d'),
      version: fc.constantFrom(0x10, 0x13),
      memoryKib: fc.integer({ min: 128, max: 32_768 }),
      iterations: fc.integer({ min: 1, max: 64 }),
      parallelism: fc.integer({ min: 1, max: 16 }),
      salt: bytes(8, 64),
      hash: bytes(16, 128),
    }),
    fc.record({
      scheme: fc.constant('pbkdf2' as const),
      digest: fc.constantFrom('sha1', 'sha256', 'sha512'),
      iterations: fc.integer({ min: 1, max: 2_000_000 }),
      salt: bytes(8, 64),
      hash: bytes(16, 128),
    }),
  );
  fc.assert(
    fc.property(stored, (one) => {
      const phc = formatPhc(one);
      const exported = keycloakFromPhc(phc);
      expect(phcFromKeycloak(exported)).toBe(phc);
      expect(keycloakFromPhc(phcFromKeycloak(exported))).toEqual(exported);
    }),
  );
});

test('older exports without additional parameters are read', () => {
  const [, , value] = pbkdf2[1];
  const phc = phcFromKeycloak({
    secretData: JSON.stringify({ value, salt }),
    credentialData: JSON.stringify({ hashIterations: 27_500, algorithm: 'pbkdf2-sha256' }),
  });
  expect(phc).toMatch(/^\$pbkdf2-sha256\$i=27500\$/);
});

const secret = { value: pbkdf2[1][2], salt, additionalParameters: {} };
const argon2Data = {
  hashIterations: 5,
  algorithm: 'argon2',
  additionalParameters: { hashLength: ['64'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] },
};
const withParameter = (parameter: object) => ({
  ...argon2Data,
  additionalParameters: { ...argon2Data.additionalParameters, ...parameter },
});

test.each<[unknown, unknown, string]>([
  [
    secret,
    { hashIterations: 1, algorithm: 'bcrypt' },
    '"bcrypt" is not supported; known are argon2, pbkdf2, pbkdf2-sha256',
  ],
  [secret, { hashIterations: 1 }, 'undefined is not supported'],
  [secret, { algorithm: 'pbkdf2-sha256' }, 'credentialData.hashIterations is missing'],
  [secret, { hashIterations: -1, algorithm: 'pbkdf2-sha256' }, 'iterations: -1'],
  [secret, { hashIterations: 1e9, algorithm: 'pbkdf2-sha256' }, 'iterations: 1000000000'],
  [
    secret,
    { hashIterations: 1, algorithm: 'pbkdf2', additionalParameters: { pepper: ['x'] } },
    'additionalParameters.pepper',
  ],
  [{ ...secret, additionalParameters: { x: ['y'] } }, argon2Data, 'secretData.additionalParameters.x'],
  [{ value: secret.value }, argon2Data, 'secretData.salt is missing'],
  [{ ...secret, salt: '' }, argon2Data, 'salt bytes: 0'],
  [{ ...secret, value: 'hashed-password-here' }, argon2Data, 'secretData.value is missing or not base64'],
  [secret, withParameter({ memory: ['1048576'] }), 'memory in KiB: 1048576'],
  [secret, withParameter({ memory: undefined }), 'argon2 memory'],
  [secret, withParameter({ type: ['x'] }), 'argon2 type "x"'],
  [secret, withParameter({ version: ['1.4'] }), 'argon2 version'],
  [secret, withParameter({ hashLength: ['32'] }), 'hashLength differs'],
  [secret, withParameter({ ad: ['x'] }), 'additionalParameters.ad'],
  ['nothing', argon2Data, 'secretData is not a JSON object'],
  [[], argon2Data, 'secretData is not a JSON object'],
  [secret, null, 'credentialData is not a JSON object'],
])('what cannot be verified is refused by name, without the hash in the message: %j %j', (secretData, data, reason) => {
  const read = () => phcFromKeycloak({ secretData: JSON.stringify(secretData), credentialData: JSON.stringify(data) });
  expect(read).toThrow(UnsupportedHashError);
  expect(read).toThrow(reason);
  expect(read).not.toThrow(secret.value.slice(0, 8));
  expect(read).not.toThrow('hashed-password-here');
});

test('text that is no JSON is refused without being quoted', () => {
  const read = () => phcFromKeycloak({ secretData: 'hunter2', credentialData: '{}' });
  expect(read).toThrow('secretData is not a JSON object in a string');
});
