import * as pages from '../../pages/index.ts';
import type { Step } from '../journey.ts';
import { moveWithin } from '../move.ts';
import { appName } from '../render.ts';

/** What the application will learn, allowed or denied as a whole; an allowance is kept across sessions. */
export const consent: Step<'consent'> = {
  async show(journey) {
    return pages.consent(
      {
        ...journey.form,
        app: appName(journey),
        username: journey.person?.username ?? '',
        scopes: journey.interaction.requested.scopes.filter((scope) => scope !== 'openid'),
      },
      journey.view,
    );
  },

  async act(journey, form) {
    const action = form.get('action');
    if (action !== 'allow' && action !== 'deny') return { kind: 'moved', signIn: journey.signIn };
    const { services, realm, interaction, person, ctx } = journey;
    const signIn = await services.storage.transaction(async (stores) => {
      const saved = await moveWithin(stores, journey, { event: action === 'allow' ? 'allowed' : 'refused' });
      if (person === undefined) return saved;
      const { scopes, claims } = interaction.requested;
      if (action === 'allow')
        await stores.consents.grant(realm.realm.id, person.id, interaction.client.id, { scopes, claims });
      await stores.audit.append({
        type: action === 'allow' ? 'consent.granted' : 'consent.denied',
        realmId: realm.realm.id,
        actor: { kind: 'user', id: person.id },
        subject: person.id,
        outcome: action === 'allow' ? 'success' : 'denied',
        clientId: interaction.client.clientId,
        signInUid: journey.signIn.uid,
        origin: services.originOf(ctx),
        ...(action === 'allow' ? { detail: { scope: scopes.join(' ') } } : {}),
      });
      return saved;
    });
    return { kind: 'moved', signIn };
  },
};
