import pg from 'pg';
import { startEmbeddedPostgres } from './index.ts';

// Owns an embedded PostgreSQL, commits one row after the other and tells of each once it is acknowledged: to be killed at any point.
const [dataDirectory = ''] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataDirectory });
process.once('SIGTERM', () => void server.stop());
const client = new pg.Client({ connectionString: server.url });
client.on('error', () => {});
await client.connect();
await client.query('create table if not exists kept (n int primary key)');
console.log(`postgres ${server.pid}`);
console.log(`url ${server.url}`);
try {
  for (let n = 1; ; n += 1) {
    await client.query('insert into kept values ($1)', [n]);
    process.stdout.write(`kept ${n}\n`);
  }
} catch {
  console.log(`ended: ${await server.exited}`);
}
