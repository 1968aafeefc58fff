import * as account from '../account/operations/index.ts';
import type { Handler } from './request.ts';

export const listActivity: Handler<'listActivity'> = async (request) => {
  const { limit, after: before } = request.query;
  const { entries, next } = await account.activity(request, { limit, before });
  return {
    entries: entries.map(({ at, detail, ...entry }) => ({ ...entry, at: at.toISOString(), detail: told(detail) })),
    ...(next === undefined ? {} : { next }),
  };
};

const told = (detail: account.ActivityDetail) =>
  Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== undefined));
