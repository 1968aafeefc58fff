// Health check of a container: 0 when this process is ready, 1 when it is not, whatever the reason.
const port = process.env.SPAREKEY_MANAGEMENT_PORT || '9000';
try {
  const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2500) });
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
