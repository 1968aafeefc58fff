export * from './connection/assign.ts';
export * from './connection/file.ts';
export * from './connection/manage.ts';
export * from './connection/model.ts';
export * from './connection/settings.ts';
export * from './ports.ts';
