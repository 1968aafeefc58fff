export * from './assurance.ts';
export * from './gate.ts';
export * from './journey.ts';
export * from './ports.ts';
export { backingChannels } from './settle.ts';
export * from './state.ts';
