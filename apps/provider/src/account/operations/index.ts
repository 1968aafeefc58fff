export type * from './acting.ts';
export * from './activity.ts';
export { connectedApplications, disconnectApplication } from './applications.ts';
export * from './backup-codes.ts';
export * from './deletion.ts';
export * from './devices.ts';
export * from './sessions.ts';
export type * from './whereabouts.ts';
