import { date, isoDate } from '../format.ts';
import type { BackupCodesModel } from '../models.ts';
import type { View } from '../view.ts';

/** The codes as a plain text file, as an address that a link can offer for download without any script. */
export function textFile(model: BackupCodesModel, view: View): { name: string; href: string } {
  const { card } = view.messages.backupCodes;
  const lines = [
    card.title(view.realm.displayName),
    '',
    `${card.account}: ${model.username}`,
    `${card.made}: ${date(view, model.createdAt)}`,
    `${card.expires}: ${date(view, model.expiresAt)}`,
    `${card.signIn}: ${model.signInAddress}`,
    '',
    ...model.codes.map((code, index) => `[ ] ${model.numbered ? `${String(index + 1).padStart(2)}. ` : ''}${code}`),
    '',
    card.once,
    '',
  ];
  const realm = view.realm.path.split('/').at(-1) || 'realm';
  return {
    name: `backup-codes-${realm}-${isoDate(view, model.createdAt)}.txt`,
    // CRLF: every plain editor shows it right.
    href: `data:text/plain;charset=utf-8,${encodeURIComponent(lines.join('\r\n'))}`,
  };
}
