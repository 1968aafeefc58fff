export * from './bootstrap/bootstrap.ts';
export * from './bootstrap/demo.ts';
export * from './bootstrap/master.ts';
export * from './model.ts';
export * from './normalise-login.ts';
export * from './ports.ts';
export * from './realm-file/index.ts';
export { newSigningKey } from './signing-keys/new-key.ts';
export * from './signing-keys/rotation.ts';
