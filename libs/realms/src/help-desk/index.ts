export * from './administrator.ts';
export * from './decide-pass.ts';
export * from './decide-recovery.ts';
export { type IssuedPass, issuePass, PASS_MINUTES } from './issue-pass.ts';
export type * from './ports.ts';
