import { KeyObject, randomUUID, sign } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { WebAuthnHolder } from '@sparekey/factors';
import { type PolicyInput, policySchema } from '@sparekey/policy';
import { type Lies, SoftAuthenticator } from '../../../testing/src/index.ts';
import { type FactorsOnPostgres, factorsOnPostgres, SITE } from './fixture.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const MODEL = 'fa2b99dc-9e39-4257-8f92-4a30d23c4118';
/** id-fido-gen-ce-aaguid: the model, inside the certificate (WebAuthn L3 §8.2.1). */
const FIDO_AAGUID = '1.3.6.1.4.1.45724.1.1.4';
const YEAR_MS = 365 * 86_400_000;

let here: FactorsOnPostgres;
let holder: WebAuthnHolder;

beforeAll(async () => {
  here = await factorsOnPostgres();
  holder = await here.person();
});
afterAll(() => here.close());

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

interface Maker {
  /** Root certificate. */
  pem: string;
  /** How a key of this maker attests. */
  attest(options?: { aaguid?: string; expired?: boolean }): Promise<NonNullable<Lies['attest']>>;
}

async function newMaker(): Promise<Maker> {
  const keys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Root ${randomUUID()}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - YEAR_MS),
    notAfter: new Date(Date.now() + YEAR_MS),
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  return {
    pem: root.toString('pem'),
    async attest({ aaguid = MODEL, expired = false } = {}) {
      const own = await newKeys();
      const leaf = await x509.X509CertificateGenerator.create({
        subject: 'C=IT, O=Maker, OU=Authenticator Attestation, CN=Batch 1',
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        notBefore: new Date(Date.now() - YEAR_MS / 2),
        notAfter: new Date(Date.now() + (expired ? -1000 : YEAR_MS)),
        extensions: [
          new x509.BasicConstraintsExtension(false),
          new x509.Extension(
            FIDO_AAGUID,
            false,
            Buffer.concat([Buffer.from([4, 16]), Buffer.from(aaguid.replaceAll('-', ''), 'hex')]),
          ),
        ],
      });
      const key = KeyObject.from(own.privateKey);
      return (signed) => ({
        fmt: 'packed',
        statement: new Map<string, number | Uint8Array | Uint8Array[]>([
          ['alg', -7],
          ['sig', sign('sha256', signed, key)],
          ['x5c', [new Uint8Array(leaf.rawData)]],
        ]) as never,
      });
    },
  };
}

/** What a new key with this attestation meets under a policy. */
async function outcomeOf(webauthn: PolicyInput['webauthn'], lies: Lies, aaguid = MODEL): Promise<string> {
  const person = { ...holder, policy: policySchema.parse({ webauthn }) };
  const place = `session:${randomUUID()}`;
  const { factors, storage } = here;
  const options = await factors.webauthn.begin(storage.stores, person, place, { realm: 'Acme', account: 'ann' });
  expect(options.attestation).toBe(webauthn?.attestation ?? 'none');
  const answer = new SoftAuthenticator(SITE.origin, { aaguid }).create(options, lies);
  const check = await factors.webauthn.checkNew(storage.stores, person, place, answer);
  return check.matched ? 'added' : check.reason;
}

test('with direct attestation a model that a trusted maker vouches for is added', async () => {
  const maker = await newMaker();
  const trusted = { attestation: 'direct' as const, trustAnchors: [maker.pem] };
  expect(await outcomeOf(trusted, { attest: await maker.attest() })).toBe('added');
  expect(await outcomeOf({ ...trusted, allowedAaguids: [MODEL] }, { attest: await maker.attest() })).toBe('added');
});

test('with direct attestation everything else is refused: no statement, an unknown maker, another model, a date gone by', async () => {
  const [maker, stranger] = [await newMaker(), await newMaker()];
  const trusted = { attestation: 'direct' as const, trustAnchors: [maker.pem] };
  const other = 'ee882879-721c-4913-9775-3dfcce97072a';
  expect(await outcomeOf(trusted, {})).toBe('refused');
  expect(await outcomeOf(trusted, { attest: await stranger.attest() })).toBe('refused');
  expect(await outcomeOf(trusted, { attest: await maker.attest({ expired: true }) })).toBe('refused');
  expect(await outcomeOf({ ...trusted, allowedAaguids: [other] }, { attest: await maker.attest() })).toBe('refused');
  // The certificate is of one model, the key claims to be another.
  expect(await outcomeOf(trusted, { attest: await maker.attest({ aaguid: other }) })).toBe('wrong');
});

test('a key that signs its own statement vouches for no model', async () => {
  const maker = await newMaker();
  const self: Lies = {
    attest: (signed, key) => ({
      fmt: 'packed',
      statement: new Map<string, number | Uint8Array>([
        ['alg', -7],
        ['sig', sign('sha256', signed, key)],
      ]) as never,
    }),
  };
  expect(await outcomeOf({ attestation: 'direct', trustAnchors: [maker.pem] }, self)).toBe('refused');
});

test('a statement that nobody asked for is neither read nor held against anybody', async () => {
  const stranger = await newMaker();
  expect(await outcomeOf({}, { attest: await stranger.attest({ expired: true }) })).toBe('added');
  expect(await outcomeOf({}, { attest: () => ({ fmt: 'android-safetynet', statement: new Map() }) })).toBe('added');
});
