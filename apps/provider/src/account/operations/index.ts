export { type Acting, byPerson } from './acting.ts';
export * from './activity.ts';
export { connectedApplications, disconnectApplication } from './applications.ts';
export * from './backup-codes.ts';
export * from './deletion.ts';
export * from './devices.ts';
export * from './phone.ts';
export * from './sessions.ts';
export * from './whereabouts.ts';
