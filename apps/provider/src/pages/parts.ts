import { attrs, type Html, html, type Value } from './html.ts';
import type { FieldName, FormModel, FormProblem, OtherWay, Purpose } from './models.ts';
import type { View } from './view.ts';

/** Inputs that every form carries back. */
export function hidden(model: { csrf: string; step: string }): Html {
  return html`<input type="hidden" name="csrf" value="${model.csrf}"><input type="hidden" name="step" value="${model.step}">`;
}

/** Heading with the line that says what it is for. */
export function heading(view: View, title: string, purpose?: Purpose): Html {
  return html`<h1>${title}</h1>${purpose && html`<p class="purpose">${view.messages.common.purpose(purpose)}</p>`}`;
}

/** What codes look like here, for the texts of problems. */
export interface Look {
  digits?: number;
  sample?: string;
}

function told(view: View, problem: FormProblem, look: Look) {
  return view.messages.common.problem(problem, { digits: look.digits ?? 6, sample: look.sample ?? 'K7M2-P9X4' });
}

/** The one alert of a page: what happened and what to do next. It takes focus, also without JavaScript. */
export function summary(view: View, model: FormModel, look: Look = {}): Value {
  if (!model.problem) return undefined;
  const { what, next } = told(view, model.problem, look);
  return html`<div class="alert" role="alert" id="problem" tabindex="-1" autofocus><strong>${what}</strong>${next && html` ${next}`}</div>`;
}

/** Where a problem is shown; a page has only one of the fields that take a backup code. */
const fieldOf: Partial<Record<FormProblem['kind'], FieldName[]>> = {
  wrong_credentials: ['username', 'password'],
  wrong_password: ['password'],
  wrong_otp: ['otp'],
  malformed_otp: ['otp'],
  wrong_sent_code: ['email_code', 'sms_code'],
  malformed_sent_code: ['email_code', 'sms_code'],
  wrong_backup_code: ['backup_code'],
  malformed_backup_code: ['backup_code', 'confirm_code'],
  wrong_confirm_code: ['confirm_code'],
  password_too_short: ['new_password'],
  password_too_common: ['new_password'],
  password_personal: ['new_password'],
  password_breached: ['new_password'],
  password_unchecked: ['new_password'],
  password_unchanged: ['new_password'],
  password_mismatch: ['new_password', 'new_password_again'],
  email_invalid: ['email'],
  not_own_username: ['username'],
  phone_invalid: ['phone_number'],
  phone_country: ['phone_number'],
  phone_unchanged: ['phone_number'],
};

function concerns(problem: FormProblem | undefined, name: FieldName): boolean {
  if (!problem) return false;
  if (problem.kind === 'missing' || problem.kind === 'too_long') return problem.field === name;
  return fieldOf[problem.kind]?.includes(name) ?? false;
}

export interface Field {
  name: FieldName;
  label: string;
  kind: 'text' | 'name' | 'secret' | 'digits' | 'code' | 'email' | 'tel';
  autocomplete: string;
  value?: string;
  hint?: string;
  optional?: boolean;
  /** Takes focus when the page has no problem to tell. */
  first?: boolean;
}

const kinds = {
  text: { type: 'text', autocapitalize: 'none', spellcheck: 'false' },
  name: { type: 'text', autocapitalize: 'words', spellcheck: 'false' },
  secret: { type: 'password', autocapitalize: 'none', spellcheck: 'false' },
  digits: { type: 'text', inputmode: 'numeric', class: 'code', autocapitalize: 'none', spellcheck: 'false' },
  code: { type: 'text', class: 'code', autocapitalize: 'characters', spellcheck: 'false' },
  tel: { type: 'tel', inputmode: 'tel', autocapitalize: 'none', spellcheck: 'false' },
  email: { type: 'email', inputmode: 'email', autocapitalize: 'none', spellcheck: 'false' },
} satisfies Record<Field['kind'], Record<string, string>>;

/** A labelled input with its hint and its problem, tied together for screen readers. */
export function field(view: View, model: FormModel, options: Field, look: Look = {}): Html {
  const { common } = view.messages;
  const { name, kind } = options;
  const problem = concerns(model.problem, name) ? model.problem : undefined;
  // Username and password are wrong together: the summary says so once, for both.
  const own = problem && problem.kind !== 'wrong_credentials' ? problem : undefined;
  const described = [options.hint && `${name}-hint`, own && `${name}-problem`, problem && !own && 'problem'];
  const input = html`<input ${attrs({
    id: name,
    name,
    ...kinds[kind],
    autocomplete: options.autocomplete,
    value: kind === 'secret' ? undefined : options.value,
    'aria-describedby': described.filter(Boolean).join(' ') || undefined,
    'aria-invalid': problem ? 'true' : undefined,
    autofocus: options.first && !model.problem,
  })}>`;
  return html`<div class="${problem ? 'field invalid' : 'field'}">
<label for="${name}">${options.label}${options.optional && html` <span class="optional">(${common.optional})</span>`}</label>
${options.hint && html`<p class="hint" id="${name}-hint">${options.hint}</p>`}
${own && html`<p class="problem" id="${name}-problem">${told(view, own, look).what}</p>`}
${kind === 'secret' ? html`<div class="secret">${input}${reveal(view, name)}</div>` : input}
</div>`;
}

function reveal(view: View, name: string): Html {
  const { show, hide, showPassword } = view.messages.common;
  return html`<button type="button" class="needs-script" data-reveal="${name}" data-show="${show}" data-hide="${hide}" aria-pressed="false" aria-label="${showPassword}">${show}</button>`;
}

/** The main submit, first in its form so that Enter means it. */
export function mainButton(text: string): Html {
  return html`<button type="submit" class="main" name="action" value="continue">${text}</button>`;
}

/** The wish to be spared this factor in this browser for a while. */
export function trustBox(view: View, days: number | undefined): Value {
  if (days === undefined) return undefined;
  return html`<label class="choice"><input type="checkbox" name="trust" value="yes"><span>${view.messages.common.trust(days)}</span></label>`;
}

/** Another submit, such as `later` or `try:totp`. */
export function sideButton(action: string, text: string, look: 'second' | 'link' = 'second'): Html {
  return html`<button type="submit" class="${look}" name="action" value="${action}">${text}</button>`;
}

/** The ways out under the main button. `when` says of a way for whom it is: by default who lost the device. */
export function waysOut(
  view: View,
  model: { otherWays?: OtherWay[]; mayCancel: boolean },
  when: Partial<Record<OtherWay, string>> = { backup_code: view.messages.common.lostDevice },
): Value {
  const { common } = view.messages;
  const ways = model.otherWays ?? [];
  if (ways.length === 0 && !model.mayCancel) return undefined;
  return html`<div class="ways">${ways.map((way) =>
    when[way] === undefined
      ? sideButton(`try:${way}`, common.otherWay[way])
      : html`<button type="submit" class="second" name="action" value="try:${way}"><span>${when[way]}</span> <span>${common.otherWay[way]}</span></button>`,
  )}${model.mayCancel && sideButton('cancel', common.cancel, 'link')}</div>`;
}

/** Other factors that may be set up instead of this one. */
export function setupWays(view: View, ways: readonly OtherWay[]): Value {
  const { setUpInstead } = view.messages.common;
  const known = ways.filter((way) => way in setUpInstead) as (keyof typeof setUpInstead)[];
  return (
    known.length > 0 && html`<div class="ways">${known.map((way) => sideButton(`try:${way}`, setUpInstead[way]))}</div>`
  );
}

/** Who is signing in; password managers read the name from the input that is never sent. */
export function person(view: View, username: string, switchText?: string): Html {
  return html`<p class="person"><span class="spoken">${view.messages.common.signingInAs}</span> <strong>${username}</strong>${
    switchText &&
    html` <button type="submit" class="link" form="switch" name="action" value="not_me">${switchText}</button>`
  }</p><input type="text" autocomplete="username" value="${username}" readonly hidden>`;
}

/** A form that posts back to its own address. */
export function form(model: { csrf: string; step: string }, content: Value): Html {
  return html`<form method="post" action="" novalidate>${hidden(model)}${content}</form>`;
}
