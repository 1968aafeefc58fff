export * from './browser.ts';
export * from './database.ts';
export * from './process.ts';
export * from './race.ts';
