import type { Happening } from '../letter.ts';
import { moment, placeAndTime, type Words } from './words.ts';

const said = (happening: Happening) => `When: ${placeAndTime('en-GB', (ip) => `from the address ${ip}`, happening)}`;
const codes = (n: number) => (n === 1 ? '1 backup code' : n === 0 ? 'no backup codes' : `${n} backup codes`);
const duration = (minutes: number) =>
  minutes === 60 ? '1 hour' : minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minutes`;
const ahead = (days: number) => (days === 1 ? 'tomorrow' : `in ${days} days`);
const factors = { totp: 'authenticator app', webauthn: 'passkey', email: 'email code', sms: 'SMS code' };
const named = (factor: keyof typeof factors, label: string | undefined) =>
  label ? `${factors[factor]} “${label}”` : factors[factor];

export const en: Words = {
  factors,
  greeting: (username) => `Hello ${username},`,
  notMe: {
    text: 'If this was not you, stop it now: recovery is frozen and all sessions end.',
    label: 'This wasn’t me',
  },
  footer: (realm) => `Sent by ${realm}, because of your account there.`,
  codeText: (realm, code, minutes) =>
    `${code} is your sign-in code for ${realm}. Good for ${minutes} minutes. Tell nobody.`,
  numberCodeText: (realm, code, minutes) =>
    `${code} confirms this number for your account at ${realm}. Good for ${minutes} minutes. Tell nobody.`,
  letters: {
    sign_in_code: ({ code, minutes }, { realm }) => ({
      subject: `Your sign-in code for ${realm}`,
      fact: [`Someone is signing in to your account at ${realm} and needs this code:`],
      code,
      after: [
        `It is good for ${minutes} minutes and works once. Nobody from ${realm} will ever ask you for it.`,
        'If this was not you, somebody may know your password: change it.',
      ],
    }),
    password_reset: ({ path, minutes }, { realm, links }) => ({
      subject: `Choose a new password for ${realm}`,
      fact: [`A new password was asked for, for your account at ${realm}.`],
      action: { label: 'Choose a new password', href: links.path(path) },
      after: [`The link works once, within ${duration(minutes)}. If this was not you, do nothing: nothing changes.`],
    }),
    verify_email: ({ path, minutes }, { realm, links }) => ({
      subject: `Confirm your email address for ${realm}`,
      fact: [`This address was given for an account at ${realm}.`],
      action: { label: 'Confirm this address', href: links.path(path) },
      after: [`The link works once, within ${duration(minutes)}. If this was not you, do nothing.`],
    }),
    recovery_attempted: (letter, { realm }) => ({
      subject: `Somebody tried a backup code at ${realm}`,
      fact: ['A backup code that was not right was tried for your account.', said(letter)],
    }),
    code_used: (letter, { realm }) => ({
      subject: `A backup code was used at ${realm}`,
      fact: [
        `One of your backup codes was used to get into your account. You have ${codes(letter.left)} left.`,
        said(letter),
      ],
    }),
    codes_generated: (letter, { realm }) => ({
      subject: `New backup codes for ${realm}`,
      fact: [`A new set of ${letter.count} backup codes was made. Older codes no longer work.`, said(letter)],
    }),
    codes_low: ({ left }, { realm, links }) => ({
      subject: left === 0 ? `You have no backup codes left at ${realm}` : `Few backup codes left at ${realm}`,
      fact: [`You have ${codes(left)} left. Without them, losing your device locks you out.`],
      action: { label: 'Make a new set', href: links.backupCodes },
    }),
    codes_expiring: ({ days, left }, { realm, links }) => ({
      subject: `Your backup codes at ${realm} expire ${ahead(days)}`,
      fact: [`Your ${codes(left)} will stop working ${ahead(days)}.`],
      action: { label: 'Make a new set', href: links.backupCodes },
    }),
    factor_added: (letter, { realm }) => ({
      subject: `A way to sign in was added at ${realm}`,
      fact: [`Your account has a new ${named(letter.factor, letter.label)}.`, said(letter)],
    }),
    factor_removed: (letter, { realm }) => ({
      subject: `A way to sign in was removed at ${realm}`,
      fact: [`The ${named(letter.factor, letter.label)} was removed from your account.`, said(letter)],
    }),
    password_changed: (letter, { realm }) => ({
      subject: `Your password at ${realm} was changed`,
      fact: ['The password of your account was changed.', said(letter)],
    }),
    email_changed: (letter, { realm }) => ({
      subject: `Your email address at ${realm} was changed`,
      fact: [`Your account no longer uses this address; it now uses ${letter.to}.`, said(letter)],
    }),
    email_set: (_letter, { realm, links }) => ({
      subject: `This is now your email address at ${realm}`,
      fact: [`Your account at ${realm} now uses this address.`],
      action: { label: 'Open your account', href: links.account },
    }),
    phone_changed: (letter, { realm }) => ({
      subject: `Your phone number at ${realm} was changed`,
      fact: [
        letter.to === '—'
          ? 'Your account has no phone number any more.'
          : `Your account now uses the number ${letter.to}.`,
        said(letter),
      ],
    }),
    locked: (letter, { realm }) => ({
      subject: `Too many failed attempts at ${realm}`,
      fact: ['Signing in to your account has to wait, because too many attempts failed.', said(letter)],
    }),
    new_device: (letter, { realm }) => ({
      subject: `Sign-in from a new device at ${realm}`,
      fact: ['Your account was signed in to from a device or browser we did not know.', said(letter)],
    }),
    recovery_frozen: (letter, { realm, links }) => ({
      subject: `Your account at ${realm} is protected`,
      fact: [
        '“This wasn’t me” was confirmed.',
        'All sessions have ended, recovery is frozen, and the next sign-in asks for a new password.',
        said(letter),
      ],
      action: { label: 'Open your account', href: links.account },
    }),
    recovery_waiting: (letter, { realm }) => ({
      subject: `Somebody is getting back in to your account at ${realm}`,
      fact: [
        'A recovery of your account looked unusual and waits.',
        said(letter),
        letter.until === undefined
          ? 'It goes on when an administrator has looked at it.'
          : `It can go on from ${moment('en-GB', letter.until)}, unless you stop it.`,
      ],
      after: ['If it was you, go on in the same browser, with your password.'],
    }),
    account_repaired: (letter, { realm }) => ({
      subject: `Your account at ${realm} has a new ${factors[letter.factor]} after a recovery`,
      fact: [
        'After a recovery your account was repaired.',
        said(letter),
        letter.replaced === 0
          ? `A new ${factors[letter.factor]} was added.`
          : `A new ${factors[letter.factor]} was added, and what was lost no longer works.`,
      ],
    }),
    pass_issued: (letter, { realm }) => ({
      subject: `An administrator let you back in at ${realm}`,
      fact: [
        'A pass was issued that stands in for your lost device, once, after your password.',
        said(letter),
        ...(letter.usableAt === undefined
          ? []
          : [`It can be used from ${moment('en-GB', letter.usableAt)}, unless you stop it.`]),
      ],
      after: ['Nobody who asks you for a pass or a code is an administrator.'],
    }),
    pass_used: (letter, { realm }) => ({
      subject: `A pass was used at ${realm}`,
      fact: ['The pass of an administrator was used to get into your account.', said(letter)],
    }),
    account_deleted: (letter, { realm }) => ({
      subject: `Your account at ${realm} was deleted`,
      fact: [
        'Your account was deleted at your wish. Nothing of yours is kept but a record without your name.',
        'If this was not you, tell your administrator now: it cannot be undone, but it can be looked into.',
        said(letter),
      ],
    }),
    break_glass_opened: (letter) => ({
      subject: `Break glass: a way in to “${letter.place}” was opened`,
      fact: [
        `${letter.operator} used a sealed code on the host to let ${letter.person} in to the realm “${letter.place}”.`,
        `Reason given: ${letter.why}`,
        'You are told because you are an administrator. If none of you did this, somebody else has a sealed code and the host.',
        said(letter),
      ],
      after: ['It stays open until “break-glass close” is run on the host; “break-glass revoke” ends the other codes.'],
    }),
    break_glass_attempted: (letter, { realm }) => ({
      subject: `Break glass: a wrong sealed code at ${realm}`,
      fact: [
        `${letter.operator} tried a sealed code on the host that is not one of the unused.`,
        'You are told because you are an administrator.',
        said(letter),
      ],
    }),
  },
};
