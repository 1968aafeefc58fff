import * as pages from '../pages/index.ts';
import { ACTIVITY_DAYS, activity } from './operations/activity.ts';
import { type AccountRequest, acting, notAllowed, respond } from './session.ts';

/** What happened in the last 90 days; `?before=` is the cursor of an older page. */
export async function activityPage(request: AccountRequest): Promise<void> {
  const { ctx, person, view, csrf } = request;
  if (ctx.method === 'POST') notAllowed(ctx, 'GET, HEAD');
  const { before } = ctx.query;
  const older = before !== undefined;
  const page = await activity(acting(request), older ? { before: String(before) } : {});
  respond(ctx, pages.activity({ csrf, username: person.username, days: ACTIVITY_DAYS, older, ...page }, view));
}
