import { type AccountRequest, accountForm, byPerson, notAllowed, seeOther } from './session.ts';

/** Forgets one trusted browser (`forget:{id}`): from now on it is asked for the second factor like any other. */
export async function forgetDevice(request: AccountRequest): Promise<void> {
  const { ctx, services, realm, person, paths } = request;
  if (ctx.method !== 'POST') notAllowed(ctx, 'POST');
  const id = (await accountForm(request)).get('action').replace(/^forget:/, '');
  const forgotten = await services.storage.transaction(async (stores) => {
    const found = await stores.devices.remove(realm.realm.id, person.id, id);
    if (found) await stores.audit.append({ ...byPerson(request), type: 'device.revoked' });
    return found;
  });
  seeOther(ctx, forgotten ? `${paths.overview}?notice=device_forgotten` : paths.overview);
}
