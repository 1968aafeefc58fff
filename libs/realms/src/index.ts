export * from './bootstrap.ts';
export * from './key-rotation.ts';
export * from './model.ts';
export * from './normalise-login.ts';
export * from './ports.ts';
export * from './signing-keys.ts';
