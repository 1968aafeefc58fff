import { when } from '../format.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import type { DemoOutboxModel } from '../message-models.ts';
import type { Page } from '../view.ts';

/** What a demo without a mail server would have sent, newest first. */
export const demoOutbox: Page<DemoOutboxModel> = ({ messages }, view) => {
  const { demoOutbox: text } = view.messages;
  return layout(view, {
    title: text.title,
    body: html`<h1>${text.title}</h1>
<p class="lead">${messages.length === 0 ? text.empty : text.advice}</p>
${messages.map(
  ({ recipient, subject, body, createdAt }) => html`<section><h2>${subject || recipient}</h2>
<p class="hint">${text.to} ${recipient}, ${when(view, createdAt)}</p>
<pre>${body}</pre></section>`,
)}`,
  });
};
