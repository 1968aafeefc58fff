export * from './client.ts';
export * from './group.ts';
export * from './organization.ts';
export * from './realm.ts';
export * from './role.ts';
export * from './user.ts';
