import type { Letter, LetterLocale } from './letter.ts';
import { en } from './words/en.ts';
import { it } from './words/it.ts';
import type { Draft, Words, WordsContext } from './words/words.ts';

export const words: Record<LetterLocale, Words> = { en, it };

/** The text message that carries a code. */
export function codeText(locale: LetterLocale, realm: string, code: string, minutes: number): string {
  return words[locale].codeText(realm, code, minutes);
}

/** The text message that carries the code for a new number. */
export function numberCodeText(locale: LetterLocale, realm: string, code: string, minutes: number): string {
  return words[locale].numberCodeText(realm, code, minutes);
}

export interface LetterContext {
  locale: LetterLocale;
  username: string;
  /** Display name of the realm. */
  realm: string;
  /** `{SPAREKEY_URL}/realms/{realm}`: every link of a letter begins with it, whatever a request said. */
  issuer: string;
  /** Path of a fresh "this wasn't me" link; given for letters that are about something the person may not have done. */
  notMePath?: string;
}

export interface RenderedLetter {
  subject: string;
  text: string;
  html: string;
}

/** A letter as a text message: what happened, and the way to stop it. */
export function shortText(letter: Letter, context: LetterContext): string {
  const { notMe } = words[context.locale];
  const { subject } = render(letter, context);
  const way = context.notMePath === undefined ? '' : ` ${notMe.label}: ${below(context.issuer, context.notMePath)}`;
  return `${subject}.${way}`;
}

/** A letter in words: a text and its HTML twin, which say the same. No image, nothing to load or to track. */
export function render(letter: Letter, context: LetterContext): RenderedLetter {
  const language = words[context.locale];
  const draft = draftOf(language, letter, {
    realm: context.realm,
    links: {
      account: `${context.issuer}/account`,
      backupCodes: `${context.issuer}/account/backup-codes`,
      path: (path) => below(context.issuer, path),
    },
  });
  const notMe =
    context.notMePath === undefined ? undefined : { ...language.notMe, href: below(context.issuer, context.notMePath) };
  const parts = {
    draft,
    notMe,
    greeting: language.greeting(oneLine(context.username)),
    footer: language.footer(context.realm),
    realm: oneLine(context.realm),
  };
  return { subject: oneLine(draft.subject), text: asText(parts), html: asHtml(parts, context.locale) };
}

interface Parts {
  draft: Draft;
  notMe: { text: string; label: string; href: string } | undefined;
  greeting: string;
  footer: string;
  realm: string;
}

/** The letter's kind picks its function; the compiler cannot follow that the two belong together. */
function draftOf(language: Words, letter: Letter, context: WordsContext): Draft {
  const write = language.letters[letter.kind] as (letter: Letter, context: WordsContext) => Draft;
  return write(letter, context);
}

/** A path can only lead below the realm's own address. */
function below(issuer: string, path: string): string {
  if (!/^\/[A-Za-z0-9]/.test(path)) throw new Error('a link of a letter is a path of the realm');
  return `${issuer}${path}`;
}

/** What is in a subject must not become another header. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
}

function asText({ draft, notMe, greeting, footer }: Parts): string {
  const { fact, code, action, after = [] } = draft;
  const paragraphs = [
    greeting,
    ...fact,
    code,
    action && `${action.label}:\n${action.href}`,
    ...after,
    notMe && `${notMe.text}\n${notMe.label}:\n${notMe.href}`,
    `-- \n${footer}`,
  ];
  return `${paragraphs.filter((part) => part !== undefined).join('\n\n')}\n`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** Styles stand at each element: mail programs drop what stands in the head. Colours are left to the reader's own. */
const style = {
  body: "margin:0 auto;padding:24px 16px;max-width:520px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif",
  realm: 'margin:0 0 24px;font-weight:600',
  code: 'margin:24px 0;font:600 28px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.08em',
  button:
    'display:inline-block;padding:12px 20px;border:1px solid;border-radius:8px;font-weight:600;text-decoration:none',
  address: 'font-size:13px;overflow-wrap:anywhere;word-break:break-all',
  footer: 'margin-top:32px;padding-top:16px;border-top:1px solid #8888;font-size:13px',
} as const;

const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`;
/** The address stands below the button, to be read before it is opened and to be copied. */
const link = ({ label, href }: { label: string; href: string }) =>
  `<p><a href="${escapeHtml(href)}" style="${style.button}">${escapeHtml(label)}</a></p>
<p style="${style.address}">${escapeHtml(href)}</p>`;

function asHtml({ draft, notMe, greeting, footer, realm }: Parts, locale: LetterLocale): string {
  const { subject, fact, code, action, after = [] } = draft;
  const body = [
    `<p style="${style.realm}">${escapeHtml(realm)}</p>`,
    paragraph(greeting),
    ...fact.map(paragraph),
    code === undefined ? '' : `<p style="${style.code}"><code>${escapeHtml(code)}</code></p>`,
    action === undefined ? '' : link(action),
    ...after.map(paragraph),
    notMe === undefined ? '' : `${paragraph(notMe.text)}\n${link(notMe)}`,
    `<p style="${style.footer}">${escapeHtml(footer)}</p>`,
  ].filter((part) => part !== '');
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="${style.body}">
${body.join('\n')}
</body></html>
`;
}
