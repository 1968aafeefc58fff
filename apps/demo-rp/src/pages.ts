import type { Application } from './applications.ts';
import { applications } from './applications.ts';
import { type Markup, markup } from './markup.ts';
import type { Security } from './security.ts';
import type { SignedIn } from './sessions.ts';
import { acrInWords, amrInWords } from './words.ts';

function page(title: string, key: string, body: Markup): string {
  const links = applications.map(
    (each) => markup`<a href="/${each.key}"${each.key === key && markup` aria-current="page"`}>${each.title}</a>`,
  );
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body class="${key}"><header><nav aria-label="Applications">${links}</nav></header><main>${body}</main>
<footer>A demonstration of signing in with Sparekey. Two applications, one sign-in.</footer></body></html>`.text;
}

/** Chooses between the applications. */
export function home(): string {
  return page(
    'Applications at Acme',
    'home',
    markup`<h1>Applications at Acme</h1><ul class="apps">${applications.map(
      (each) => markup`<li><a href="/${each.key}"><strong>${each.title}</strong><span>${each.about}</span></a></li>`,
    )}</ul>`,
  );
}

export function signedOut(application: Application): string {
  const { key, title, about } = application;
  return page(
    title,
    key,
    markup`<h1>${title}</h1><p class="lead">${about}</p>
<p><a class="button" href="/${key}/sign-in">Sign in</a></p>`,
  );
}

function row(name: string, value: string): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the account REST told of the person. */
function protection({ factors, codesLeft }: Security): Markup {
  const kinds: Record<string, string> = { password: 'Password', totp: 'Authenticator app', webauthn: 'Passkey' };
  const lines = factors.map(({ kind, label, lastUsedAt }) =>
    row(kinds[kind] ?? kind, [label, lastUsedAt && `last used ${lastUsedAt}`].filter(Boolean).join(', ') || 'set up'),
  );
  return markup`<section><h2>How you are protected</h2><dl id="security">${lines}
${row('Backup codes', codesLeft === undefined ? 'none' : `${codesLeft} left`)}</dl></section>`;
}

export function signedIn(application: Application, signedIn: SignedIn): string {
  const { claims, userInfo, refreshToken, note, security } = signedIn;
  const { key, title, seesSecurity } = application;
  const { acr, amr, auth_time: authTime } = claims as { acr?: string; amr?: string[]; auth_time?: number };
  const name = asText(userInfo?.name ?? userInfo?.preferred_username ?? claims.name ?? claims.sub);
  const action = (path: string, text: string) =>
    markup`<form method="post" action="/${key}/${path}"><button type="submit">${text}</button></form>`;
  return page(
    `${title}: signed in`,
    key,
    markup`<h1>Hello, <span id="name">${name}</span></h1>
${note !== undefined && markup`<p class="note" role="status">${note}</p>`}
<section><h2>How you signed in</h2><dl>
<div><dt>Strength</dt><dd><span id="acr-words">${acrInWords(acr)}</span> <code id="acr">${acr ?? ''}</code></dd></div>
<div><dt>Proofs</dt><dd><span id="amr-words">${amrInWords(amr)}</span> <code id="amr">${(amr ?? []).join(' ')}</code></dd></div>
${authTime !== undefined && row('When', new Date(authTime * 1000).toISOString())}</dl></section>
<section class="actions"><a class="button" href="/${key}/step-up">Prove it with two factors</a>
<a class="button" href="/${key}/fresh">Sign in afresh</a>
${seesSecurity && markup`<a class="button" href="/${key}/security">Show how you are protected</a>`}
${refreshToken !== undefined && action('refresh', 'Refresh the tokens')}${action('userinfo', 'Ask for userinfo')}${action('sign-out', 'Sign out')}</section>
${security && protection(security)}
<section><h2>ID token</h2><dl id="claims">${Object.entries(claims).map(([claim, value]) => row(claim, asText(value)))}</dl></section>
${userInfo && markup`<section><h2>Userinfo</h2><dl id="userinfo">${Object.entries(userInfo).map(([claim, value]) => row(claim, asText(value)))}</dl></section>`}`,
  );
}

export function failed(application: Application | undefined, title: string, detail: string): string {
  const key = application?.key ?? 'home';
  return page(
    title,
    key,
    markup`<h1>${title}</h1><p class="lead" role="alert">${detail}</p>
<p><a class="button" href="/${application?.key ?? ''}">Back${application && ` to ${application.title}`}</a></p>`,
  );
}
