import * as pages from '../pages/index.ts';
import { connectedApplications, disconnectApplication } from './operations/applications.ts';
import { type AccountRequest, accountForm, acting, respond, seeOther } from './session.ts';

/** Connected applications; posting `disconnect:{client_id}` lets one go. */
export async function applicationsPage(request: AccountRequest): Promise<void> {
  const { ctx, person, view, csrf, paths } = request;
  if (ctx.method === 'POST') {
    const clientId = (await accountForm(request)).get('action').replace(/^disconnect:/, '');
    const done = await disconnectApplication(acting(request), clientId);
    return seeOther(ctx, done ? `${paths.applications}?notice=application_disconnected` : paths.applications);
  }
  const notice = ctx.query.notice === 'application_disconnected' ? ('application_disconnected' as const) : undefined;
  const applications = await connectedApplications(acting(request));
  const model = { csrf, username: person.username, applications, ...(notice ? { notice } : {}) };
  respond(ctx, pages.applications(model, view));
}
