export * from './bootstrap/bootstrap.ts';
export * from './bootstrap/demo.ts';
export * from './bootstrap/master.ts';
export * from './key-rotation.ts';
export * from './model.ts';
export * from './normalise-login.ts';
export * from './ports.ts';
export * from './realm-file/index.ts';
export * from './signing-keys.ts';
export {
  advanceSigningKeys,
  createSigningKeys,
  PUBLISHED_SECONDS,
  type RotateOptions,
  rotateSigningKeys,
  signingAlgs,
} from './signing-keys/rotation.ts';
export * from './urls.ts';
