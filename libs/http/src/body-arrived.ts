import type { IncomingMessage } from 'node:http';

/**
 * Resolves when the whole body of a request waits in memory, or as much of it as fits its buffer (64 KiB), or when it
 * will not come any more. Nothing of it is consumed. For work that may begin only when no slow sender can hold it up.
 */
export async function bodyArrived(request: IncomingMessage): Promise<void> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if ((length === undefined || length === '0') && encoding === undefined) return;
  if (hasArrived(request)) return;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!hasArrived(request)) {
        // Asks for more without taking anything.
        request.read(0);
        return;
      }
      for (const event of ['readable', 'close', 'error']) request.off(event, look);
      // The stream forgets in the next tick that it was only looked at; readers before that would wait for ever.
      setImmediate(resolve);
    };
    for (const event of ['readable', 'close', 'error']) request.on(event, look);
    look();
  });
}

const hasArrived = (request: IncomingMessage): boolean =>
  request.complete || request.destroyed || request.readableLength >= request.readableHighWaterMark;
