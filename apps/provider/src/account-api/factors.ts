import { enrollableKinds } from '../policy/kinds.ts';
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

export function factor<K extends 'password' | 'totp' | 'webauthn'>(
  kind: K,
  { id, label, createdAt, lastUsedAt }: Held,
) {
  return { id, kind, label, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() };
}
