/**
 * Aborted when this process is told to end: by a signal, or by the end of npm. npm hands a signal on to the shell that it starts us
 * through, and that shell dies of it and keeps it to itself; a change of our parent is all that reaches us. Outside an npm script a
 * parent that ends (a shell after `nohup … &`) means nothing.
 */
export function toldToEnd(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort(signal));
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) ending.abort('npm has ended');
    }, 250);
    watch.unref();
  }
  return ending.signal;
}
