export * from './envelope.ts';
export * from './letter.ts';
export * from './mask.ts';
export * from './notices.ts';
export * from './render.ts';
