/**
 * Preloaded (`node --import`) into child processes that own a port: when the parent dies, however it dies, this process gets the
 * SIGTERM the parent can no longer send and drains. Without it a parent killed with SIGKILL would leave orphans on our ports.
 * The IPC channel is the signal: the kernel closes it with the parent. It does not keep this process alive by itself.
 */
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
