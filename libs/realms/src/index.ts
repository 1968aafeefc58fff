export * from './bootstrap/demo.ts';
export * from './bootstrap/master.ts';
export * from './model.ts';
export * from './normalise-login.ts';
export * from './ports.ts';
export * from './realm-file/index.ts';
export * from './urls.ts';
