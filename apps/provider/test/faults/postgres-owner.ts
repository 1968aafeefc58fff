import { startEmbeddedPostgres } from '@sparekey/storage/embedded';

// Owns a durable PostgreSQL on a fixed port until SIGTERM, as `npm start` does: to be killed itself, or to lose its server.
const [dataDirectory = '', port = ''] = process.argv.slice(2);
const server = await startEmbeddedPostgres({
  dataDirectory,
  maxConnections: 200,
  choosePort: async () => Number(port),
});
process.once('SIGTERM', () => void server.stop());
console.log(JSON.stringify({ pid: server.pid, url: server.url, ready: true }));
await server.exited;
process.exit();
