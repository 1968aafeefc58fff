import type { UserId } from '@sparekey/contracts';
import { origin } from '@sparekey/http';
import type { Client } from 'oidc-provider';
import Provider from 'oidc-provider';
import type { ServedRealm } from '../realms/cache.ts';
import type { EngineParts } from './engine.ts';

type ClientMethods = Client & { backchannelLogout(accountId: string, sid: string | undefined): Promise<void> };

/**
 * Takes the end of a session out of the engine's hands. The engine would call the clients itself while the person
 * waits, and lose what fails; here the session, its grants and tokens, the messages to the clients and the audit event
 * go in one transaction, and the provisioner delivers. Discovery still tells of back-channel logout, and ID tokens
 * still carry `sid`.
 */
export function endSessionsInOneTransaction(provider: Provider, realm: ServedRealm, parts: EngineParts): void {
  const realmId = realm.realm.id;

  provider.Session.prototype.destroy = async function destroy() {
    const { accountId, uid } = this;
    const ctx = Provider.ctx;
    await parts.storage.oidc.flush();
    if (accountId === undefined) await this.adapter.destroy(this.jti);
    else {
      await parts.storage.transaction(async (stores) => {
        const ended = await stores.sessions.end(realmId, accountId as UserId, uid, { keepOffline: true });
        if (!ended) return;
        await stores.audit.append({
          type: 'session.ended',
          realmId,
          actor: { kind: 'user', id: accountId as UserId },
          subject: accountId as UserId,
          outcome: 'success',
          sessionUid: uid,
          clientId: ctx?.oidc.client?.clientId,
          origin: ctx === undefined ? undefined : origin(ctx),
          detail: { by: ctx?.oidc.client === undefined ? 'person' : 'client' },
        });
      });
    }
    // The engine's session middleware reads this mark: it does not save what is gone.
    Object.assign(this, { destroyed: true });
  };

  const prototype = provider.Client.prototype as ClientMethods;
  prototype.backchannelLogout = async function backchannelLogout(accountId, sid) {
    // Signing out of everything queues these messages when the session ends; here is the sign-out of one client only.
    if (Provider.ctx?.oidc.params?.logout !== undefined) return;
    await parts.storage.stores.outbox.add({
      realmId,
      kind: 'backchannel_logout',
      payload: { clientId: this.clientId, sid, sub: accountId },
    });
  };
}
