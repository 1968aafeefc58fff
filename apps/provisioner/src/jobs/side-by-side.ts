import type { Logger } from '@sparekey/http';

export interface SideBySide {
  /** Begins a work, unless one of this id is under way. What fails is logged with `about`. */
  begin(id: string, about: object, work: () => Promise<unknown>): void;
  /** Until everything that was begun has ended. */
  ended(): Promise<void>;
}

/** Works that run beside each other, one of each id at a time, so that one that is slow holds up no other. */
export function sideBySide(logger: Pick<Logger, 'error'>, failure: string): SideBySide {
  const busy = new Map<string, Promise<unknown>>();
  return {
    begin(id, about, work) {
      if (busy.has(id)) return;
      const running = work()
        .catch((err: unknown) => logger.error({ err, ...about }, failure))
        .finally(() => busy.delete(id));
      busy.set(id, running);
    },
    async ended() {
      await Promise.all(busy.values());
    },
  };
}
