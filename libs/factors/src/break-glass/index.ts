export * from './emergency-pass.ts';
export * from './ports.ts';
export * from './sealed-codes.ts';
