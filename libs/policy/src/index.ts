export * from './policy.ts';
export type { RecoveryPolicy, RiskThresholds } from './recovery.ts';
export * from './risk/decision.ts';
export * from './risk/risk.ts';
export * from './wait.ts';
