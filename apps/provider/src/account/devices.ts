import { forgetDevice } from './operations/devices.ts';
import { type AccountRequest, accountForm, acting, notAllowed, seeOther } from './session.ts';

/** Forgets one trusted browser (`forget:{id}`). */
export async function forgetDevicePosted(request: AccountRequest): Promise<void> {
  const { ctx, paths } = request;
  if (ctx.method !== 'POST') notAllowed(ctx, 'POST');
  const id = (await accountForm(request)).get('action').replace(/^forget:/, '');
  const forgotten = await forgetDevice(acting(request), id);
  seeOther(ctx, forgotten ? `${paths.overview}?notice=device_forgotten` : paths.overview);
}
