import { date, when } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { AccountModel, AuthenticatorCard } from '../models.ts';
import { accountPaths } from '../paths.ts';
import type { Page, View } from '../view.ts';
import { activityRows } from './activity.ts';
import { codesFacts } from './codes-facts.ts';
import { accountFrame } from './frame.ts';
import { sessions } from './sessions.ts';
import { trustedDevices } from './trusted-devices.ts';
import { waysBackIn } from './ways-back-in.ts';

function glance(model: AccountModel, view: View): Html {
  const { account: text } = view.messages;
  const { ways, weakest } = waysBackIn(model, view);
  const have = ways.filter((each) => each.inOrder).length;
  return html`<section class="panel glance">
<h2>${text.waysBackIn(have, ways.length)}</h2>
<div class="bar" aria-hidden="true">${ways.map(({ inOrder }) => html`<i class="${inOrder ? 'on' : 'off'}"></i>`)}</div>
<ul class="names">${ways.map(
    ({ way, inOrder }) =>
      html`<li class="${inOrder ? 'on' : 'off'}">${text.way[way]}<span class="spoken">: ${inOrder ? text.inOrder : text.notInOrder}</span></li>`,
  )}</ul>
<p>${weakest}</p>
</section>`;
}

function authenticator(card: AuthenticatorCard, view: View): Html {
  const { account: text } = view.messages;
  const paths = accountPaths(view.realm.path);
  const isPassword = card.kind === 'password';
  const since = isPassword ? text.changed(date(view, card.createdAt)) : text.added(date(view, card.createdAt));
  const used = card.lastUsedAt ? text.lastUsed(when(view, card.lastUsedAt)) : text.neverUsed;
  const rename =
    card.kind === 'webauthn' &&
    html`<a class="button second" href="${paths.renamePasskey(card.id)}" aria-label="${text.renameNamed(card.label)}">${text.rename}</a>`;
  const act = isPassword
    ? html`<a class="button second" href="${paths.password}">${text.change}<span class="spoken"> ${text.way.password}</span></a>`
    : html`<a class="button second" href="${paths.removeAuthenticator(card.id)}" aria-label="${text.removeNamed(card.label)}">${text.remove}</a>`;
  return html`<li class="row"><div><h3>${isPassword ? text.way.password : card.label}</h3>
<p class="hint">${!isPassword && html`${text.way[card.kind]}. `}${since}, ${used}</p>${
    card.driftSeconds !== undefined &&
    card.driftSeconds !== 0 &&
    html`<p class="hint">${text.clockOff(card.driftSeconds)}</p>`
  }${card.suspect && html`<p class="problem">${text.suspect}</p>`}</div>${
    rename ? html`<div class="acts">${rename}${act}</div>` : act
  }</li>`;
}

function backupCodes(model: AccountModel, view: View): Html {
  const { account: text, codesUsed } = view.messages;
  const paths = accountPaths(view.realm.path);
  const codes = model.backupCodes;
  const hasDevice = model.authenticators.some((each) => each.kind !== 'password');
  const about = codes
    ? codesFacts(codes, view)
    : html`<p class="hint">${hasDevice ? text.noCodes : text.codesNeedDevice}</p>`;
  return html`<li class="row"><div><h3>${text.way.backup_codes}</h3>${about}</div><div class="acts">${
    codes &&
    html`<a class="button second" href="${paths.codesUsed}">${codesUsed.details}<span class="spoken"> ${text.way.backup_codes}</span></a>`
  }${hasDevice && html`<a class="button second" href="${paths.backupCodes}">${text.makeCodes}</a>`}</div></li>`;
}

function connected(model: AccountModel, view: View): Html {
  const { applications: text } = view.messages;
  const names = model.applications.map(({ name, clientId }) => name ?? clientId);
  const manage =
    names.length > 0 &&
    html`<a class="button second" href="${accountPaths(view.realm.path).applications}">${text.manage}<span class="spoken"> ${text.title}</span></a>`;
  return html`<section class="panel"><div class="head"><h2>${text.title}</h2>${manage}</div>
<p>${names.length === 0 ? text.none : names.join(', ')}</p></section>`;
}

function recent(model: AccountModel, view: View): Html {
  const { account: text } = view.messages;
  return html`<section class="panel"><div class="head"><h2>${text.activity}</h2>
<a class="button second" href="${accountPaths(view.realm.path).activity}">${text.allActivity}</a></div>
${activityRows(model.activity, view)}</section>`;
}

function phoneLine(phone: NonNullable<AccountModel['phone']>, view: View): Html {
  const { account: text } = view.messages;
  const { number, verified, usableFrom, codesGoTo } = phone;
  const waits = [
    usableFrom !== undefined && usableFrom > view.now && text.phoneUsable(when(view, usableFrom)),
    codesGoTo !== undefined && text.phoneBefore(codesGoTo),
  ].filter((part) => part !== false);
  const state = [...(number === undefined || verified ? [] : [text.phoneUnverified]), ...waits].join('; ');
  return html`<div><dt>${text.phone}</dt><dd>${number ?? text.none}${state && html` <span class="hint">(${state})</span>`}
<a class="change" href="${accountPaths(view.realm.path).phone}">${number === undefined ? view.messages.phone.add : text.change}<span class="spoken"> ${text.phone}</span></a></dd></div>`;
}

function profile(model: AccountModel, view: View): Html {
  const { account: text } = view.messages;
  const { username, email } = model.person;
  const name = [model.person.firstName, model.person.lastName].filter(Boolean).join(' ');
  return html`<section class="panel"><div class="head"><h2>${text.profile}</h2>
<a class="button second" href="${accountPaths(view.realm.path).profile}">${text.edit}<span class="spoken"> ${text.profile}</span></a></div>
<dl><div><dt>${text.name}</dt><dd>${name || text.none}</dd></div>
<div><dt>${text.username}</dt><dd>${username}</dd></div>
<div><dt>${text.email}</dt><dd>${email ?? text.none}</dd></div>${model.phone && phoneLine(model.phone, view)}</dl></section>`;
}

/** Account → Security: one glance first, then factors, codes, sessions and profile. */
export const account: Page<AccountModel> = (model, view) => {
  const { account: text } = view.messages;
  const paths = accountPaths(view.realm.path);
  return accountFrame(view, {
    title: text.title,
    csrf: model.csrf,
    username: model.person.username,
    body: html`${model.notice && html`<p class="notice" role="status">${text.notice(model.notice)}</p>`}
${glance(model, view)}
<section class="panel"><h2>${text.security}</h2>
<ul class="rows">${model.authenticators.map((card) => authenticator(card, view))}${backupCodes(model, view)}</ul>
<p class="acts"><a class="button second" href="${paths.newPasskey}">${text.addPasskey}</a>
${model.mayAddApp !== false && html`<a class="button second" href="${paths.newAuthenticator}">${text.add}</a>`}</p></section>
${sessions(model, view)}
${trustedDevices(model, view)}
${recent(model, view)}
${connected(model, view)}
${profile(model, view)}
${model.mayDelete && html`<p class="up"><a href="${paths.deleteAccount}">${view.messages.deleteAccount.link}</a></p>`}`,
  });
};
