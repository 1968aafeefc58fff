import { AppError } from '@sparekey/contracts';
import * as account from '../account/operations/index.ts';
import { enrolTotp } from '../authenticators/totp.ts';
import { enrollableKinds } from '../policy/kinds.ts';
import { refused } from './problems.ts';
import type { Handler } from './request.ts';

export const listFactors: Handler<'listFactors'> = async ({ services, realm, person, policy, requirement }) => {
  const { storage, factors } = services;
  const { stores } = storage;
  const [password, passkeys, apps] = await Promise.all([
    factors.password.authenticators(stores, realm.realm.id, person.id),
    stores.webauthn.list(realm.realm.id, person.id),
    stores.totp.list(realm.realm.id, person.id),
  ]);
  const mayAdd = (['totp', 'webauthn'] as const).filter((kind) => enrollableKinds(policy).includes(kind));
  return {
    factors: [
      ...password.map((each) => factor('password', each)),
      ...passkeys.map((each) => ({ ...factor('webauthn', each), suspect: each.counterRegressedAt !== undefined })),
      ...apps.map((each) => factor('totp', each)),
    ],
    secondFactorRequired: requirement !== undefined,
    mayAdd,
    ...(mayAdd.includes('webauthn') ? { addPasskey: { kc_action: 'webauthn-register' as const } } : {}),
  };
};

interface Held {
  id: string;
  label: string;
  createdAt: Date;
  lastUsedAt?: Date | undefined;
}

function factor<K extends 'password' | 'totp' | 'webauthn'>(kind: K, { id, label, createdAt, lastUsedAt }: Held) {
  return { id, kind, label, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() };
}

export const renameFactor: Handler<'renameFactor'> = async (request) => {
  if (await account.renameFactor(request, request.id, request.body.label)) return undefined;
  throw new AppError('not_found', 'no such factor of this person that has a name');
};

export const removeFactor: Handler<'removeFactor'> = async (request) => {
  const outcome = await account.removeFactor(request, request.id, request.requirement !== undefined);
  if (outcome === 'none') throw new AppError('not_found', 'no such factor of this person that can be removed');
  if (outcome === 'last') {
    const publicMessage = 'A second factor is required here: set up another one first.';
    throw new AppError('conflict', 'the last second factor stays', { publicMessage });
  }
  return undefined;
};

export const beginTotp: Handler<'beginTotp'> = async (request) => {
  account.requireTotpAllowed(request);
  return enrolTotp.beginAnew(request.services, request.realm, request.person);
};

export const confirmTotp: Handler<'confirmTotp'> = async (request) => {
  account.requireTotpAllowed(request);
  const { code, label = '' } = request.body;
  const added = await account.confirmTotp(request, { otp: code, label });
  if ('problem' in added) throw refused(added.problem);
  return { id: added.id, backupCodesWanted: added.codesWanted };
};
