import type { SoftOptions } from '@sparekey/testing';

/** A form as it stands on a page. */
export interface SeenForm {
  action: string;
  /** Inputs by name, with the value they came with. */
  inputs: Map<string, string>;
  /** Values of the buttons called `action`. */
  buttons: string[];
}

/** What a page offers, read from its HTML. */
export interface SeenPage {
  url: URL;
  /** The sign-in it belongs to. */
  uid: string | undefined;
  /** The step that its first form posts. */
  step: string;
  forms: SeenForm[];
  links: string[];
  /** What a passkey is asked for with. */
  ceremony: { kind: 'get' | 'create'; options: SoftOptions } | undefined;
  /** Backup codes that it shows. */
  codes: string[];
  /** The secret of an authenticator app that is set up. */
  totpSecret: string | undefined;
}

const entities: Record<string, string> = { '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' };
const plain = (text: string): string =>
  text.replace(/&(?:quot|#39|lt|gt|amp);/g, (entity) => entities[entity] ?? entity);

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : plain(found);
};

/** The uid in the address of a sign-in page. */
export const uidOf = (pathname: string): string | undefined => /\/sign-in\/([A-Za-z0-9_-]+)/.exec(pathname)?.[1];

export function readPage(url: URL, html: string): SeenPage {
  const forms = [...html.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', body = '']): SeenForm => {
    const inputs = new Map<string, string>();
    for (const [tag] of body.matchAll(/<input[^>]*>/g)) {
      const name = attribute(tag, 'name');
      if (name === undefined) continue;
      const isChoice = tag.includes('type="radio"') || tag.includes('type="checkbox"');
      if (!isChoice || !inputs.has(name)) inputs.set(name, attribute(tag, 'value') ?? '');
    }
    const buttons = [...body.matchAll(/<button[^>]* name="action" value="([^"]*)"/g)].map(([, value = '']) =>
      plain(value),
    );
    return { action: attribute(` ${head}`, 'action') ?? '', inputs, buttons };
  });
  const passkey = /<button[^>]*data-passkey="([^"]*)"[^>]*data-options="([^"]*)"/.exec(html);
  return {
    url,
    uid: uidOf(url.pathname),
    step: forms[0]?.inputs.get('step') ?? '',
    forms,
    links: [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = '']) => plain(href)),
    ceremony:
      passkey === null
        ? undefined
        : {
            kind: passkey[1] === 'create' ? 'create' : 'get',
            options: JSON.parse(plain(passkey[2] ?? '{}')) as SoftOptions,
          },
    codes: [...html.matchAll(/data-backup-code=""[^>]*>([^<]+)</g)].map(([, code = '']) => code),
    totpSecret: /data-secret="([^"]+)"/.exec(html)?.[1],
  };
}
