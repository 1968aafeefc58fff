export * from './alphabet.ts';
export * from './format.ts';
export * from './generate.ts';
export * from './text.ts';
export * from './verifier.ts';
