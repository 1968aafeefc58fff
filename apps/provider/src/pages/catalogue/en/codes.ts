import { count } from '../plural.ts';

export const backupCodes = {
  title: 'Save your backup codes',
  advice: 'Each code lets you in once when your device is lost. Keep them where you find them without it.',
  replaces: 'They replace your old ones once you have confirmed.',
  usedUp: 'Your old codes are used up.',
  onlyNow: 'You see them only this once.',
  /** Spoken name of the list. */
  list: 'Your backup codes',
  made: (date: string) => `Made on ${date}`,
  expires: (date: string) => `good until ${date}`,
  copy: 'Copy',
  download: 'Download as text file',
  print: 'Print',
  confirm: 'Enter one of the codes',
  confirmHint: 'This shows that you have saved them.',
  submit: 'I have saved them',
  /** The wallet card and the text file. */
  card: {
    title: (realm: string) => `Backup codes for ${realm}`,
    account: 'Account',
    made: 'Made on',
    expires: 'Good until',
    signIn: 'Sign in at',
    once: 'Each code works once: tick it off when used.',
  },
};

export const confirmBackupCodes = {
  title: 'Confirm your backup codes',
  shown: (when: string) => `Your new codes were shown once (${when}). Enter one of them.`,
  notSaved: 'Not saved? Make a new set: the codes you have not confirmed end with it.',
  replaces: 'Your old codes work until you confirm.',
  label: 'One of your new codes',
  submit: 'Confirm',
  newCodes: 'Make a new set',
};

export const newBackupCodes = {
  title: 'Make new backup codes',
  /** Names what will be lost. */
  ends: (left: number) =>
    left === 0
      ? 'You have no codes left, so nothing is lost.'
      : `Your ${count(left, 'old code stops', 'old codes stop')} working once you have confirmed the new ones.`,
  makes: (n: number) => `You get ${n} new codes. You will see them once, so have a safe place at hand.`,
  submit: (n: number) => `Make ${n} new codes`,
};
