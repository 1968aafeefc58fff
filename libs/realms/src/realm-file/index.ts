export * from './export.ts';
export * from './import.ts';
export * from './ports.ts';
export * from './report.ts';
