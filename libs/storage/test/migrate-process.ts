import { migrate } from '../src/migrate.ts';

console.log('migrating');
await migrate(process.env.DATABASE_URL ?? '');
