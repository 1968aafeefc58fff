export * from './model.ts';
export * from './ports.ts';
export * from './normalise-login.ts';
