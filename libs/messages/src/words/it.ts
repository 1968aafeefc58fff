import type { Happening } from '../letter.ts';
import { moment, placeAndTime, type Words } from './words.ts';

const said = (happening: Happening) => `Quando: ${placeAndTime('it', (ip) => `dall’indirizzo ${ip}`, happening)}`;
const codes = (n: number) =>
  n === 1 ? '1 codice di riserva' : n === 0 ? 'nessun codice di riserva' : `${n} codici di riserva`;
const left = (n: number) => `${n === 0 ? 'Non ti resta' : n === 1 ? 'Ti resta' : 'Ti restano'} ${codes(n)}.`;
const duration = (minutes: number) =>
  minutes === 60 ? '1 ora' : minutes % 60 === 0 ? `${minutes / 60} ore` : `${minutes} minuti`;
const ahead = (days: number) => (days === 1 ? 'domani' : `tra ${days} giorni`);
const factors = {
  totp: 'app di autenticazione',
  webauthn: 'passkey',
  email: 'codice via email',
  sms: 'codice via SMS',
};
const named = (factor: keyof typeof factors, label: string | undefined) =>
  label ? `${factors[factor]} «${label}»` : factors[factor];

export const it: Words = {
  factors,
  greeting: (username) => `Ciao ${username},`,
  notMe: {
    text: 'Se non sei stato tu, ferma tutto ora: il recupero viene bloccato e tutte le sessioni terminano.',
    label: 'Non sono stato io',
  },
  footer: (realm) => `Inviato da ${realm} per via del tuo account.`,
  codeText: (realm, code, minutes) =>
    `${code} è il tuo codice di accesso per ${realm}. Vale ${minutes} minuti. Non dirlo a nessuno.`,
  numberCodeText: (realm, code, minutes) =>
    `${code} conferma questo numero per il tuo account ${realm}. Vale ${minutes} minuti. Non dirlo a nessuno.`,
  letters: {
    sign_in_code: ({ code, minutes }, { realm }) => ({
      subject: `Il tuo codice di accesso per ${realm}`,
      fact: [`Qualcuno sta accedendo al tuo account ${realm} e ha bisogno di questo codice:`],
      code,
      after: [
        `Vale ${minutes} minuti e una volta sola. Nessuno di ${realm} te lo chiederà mai.`,
        'Se non sei stato tu, qualcuno potrebbe conoscere la tua password: cambiala.',
      ],
    }),
    password_reset: ({ path, minutes }, { realm, links }) => ({
      subject: `Scegli una nuova password per ${realm}`,
      fact: [`È stata chiesta una nuova password per il tuo account ${realm}.`],
      action: { label: 'Scegli una nuova password', href: links.path(path) },
      after: [
        `Il link funziona una volta sola, entro ${duration(minutes)}. Se non sei stato tu, non fare nulla: non cambia niente.`,
      ],
    }),
    verify_email: ({ path, minutes }, { realm, links }) => ({
      subject: `Conferma il tuo indirizzo email per ${realm}`,
      fact: [`Questo indirizzo è stato indicato per un account ${realm}.`],
      action: { label: 'Conferma questo indirizzo', href: links.path(path) },
      after: [`Il link funziona una volta sola, entro ${duration(minutes)}. Se non sei stato tu, non fare nulla.`],
    }),
    recovery_attempted: (letter, { realm }) => ({
      subject: `Qualcuno ha provato un codice di riserva su ${realm}`,
      fact: ['È stato provato un codice di riserva sbagliato per il tuo account.', said(letter)],
    }),
    code_used: (letter, { realm }) => ({
      subject: `Un codice di riserva è stato usato su ${realm}`,
      fact: [
        `Uno dei tuoi codici di riserva è stato usato per entrare nel tuo account. ${left(letter.left)}`,
        said(letter),
      ],
    }),
    codes_generated: (letter, { realm }) => ({
      subject: `Nuovi codici di riserva per ${realm}`,
      fact: [`È stata creata una nuova serie di ${letter.count} codici. I vecchi non valgono più.`, said(letter)],
    }),
    codes_low: (letter, { realm, links }) => ({
      subject: letter.left === 0 ? `Non hai più codici di riserva su ${realm}` : `Pochi codici di riserva su ${realm}`,
      fact: [`${left(letter.left)} Senza, perdere il dispositivo significa restare fuori.`],
      action: { label: 'Crea una nuova serie', href: links.backupCodes },
    }),
    codes_expiring: ({ days, left }, { realm, links }) => ({
      subject: `I tuoi codici di riserva su ${realm} scadono ${ahead(days)}`,
      fact: [`Hai ancora ${codes(left)}: la validità finisce ${ahead(days)}.`],
      action: { label: 'Crea una nuova serie', href: links.backupCodes },
    }),
    factor_added: (letter, { realm }) => ({
      subject: `Un modo di accedere è stato aggiunto su ${realm}`,
      fact: [`Aggiunto al tuo account: ${named(letter.factor, letter.label)}.`, said(letter)],
    }),
    factor_removed: (letter, { realm }) => ({
      subject: `Un modo di accedere è stato tolto su ${realm}`,
      fact: [`Tolto dal tuo account: ${named(letter.factor, letter.label)}.`, said(letter)],
    }),
    password_changed: (letter, { realm }) => ({
      subject: `La tua password su ${realm} è cambiata`,
      fact: ['La password del tuo account è cambiata.', said(letter)],
    }),
    email_changed: (letter, { realm }) => ({
      subject: `Il tuo indirizzo email su ${realm} è cambiato`,
      fact: [`Il tuo account non usa più questo indirizzo, ma ${letter.to}.`, said(letter)],
    }),
    email_set: (_letter, { realm, links }) => ({
      subject: `Questo è ora il tuo indirizzo email su ${realm}`,
      fact: [`Il tuo account ${realm} ora usa questo indirizzo.`],
      action: { label: 'Apri il tuo account', href: links.account },
    }),
    phone_changed: (letter, { realm }) => ({
      subject: `Il tuo numero di telefono su ${realm} è cambiato`,
      fact: [
        letter.to === '—'
          ? 'Il tuo account non ha più un numero di telefono.'
          : `Il tuo account ora usa il numero ${letter.to}.`,
        said(letter),
      ],
    }),
    locked: (letter, { realm }) => ({
      subject: `Troppi tentativi falliti su ${realm}`,
      fact: ['L’accesso al tuo account deve attendere: troppi tentativi sono falliti.', said(letter)],
    }),
    new_device: (letter, { realm }) => ({
      subject: `Accesso da un nuovo dispositivo su ${realm}`,
      fact: ['Qualcuno è entrato nel tuo account da un dispositivo o browser mai visto.', said(letter)],
    }),
    recovery_frozen: (letter, { realm, links }) => ({
      subject: `Il tuo account su ${realm} è protetto`,
      fact: [
        '«Non sono stato io» è stato confermato.',
        'Tutte le sessioni sono terminate, il recupero è bloccato e il prossimo accesso chiede una nuova password.',
        said(letter),
      ],
      action: { label: 'Apri il tuo account', href: links.account },
    }),
    recovery_waiting: (letter, { realm }) => ({
      subject: `Qualcuno sta rientrando nel tuo account su ${realm}`,
      fact: [
        'Un recupero del tuo account è parso insolito ed è in attesa.',
        said(letter),
        letter.until === undefined
          ? 'Prosegue quando un amministratore lo ha esaminato.'
          : `Può proseguire dal ${moment('it', letter.until)}, a meno che tu non lo fermi.`,
      ],
      after: ['Se sei tu, prosegui nello stesso browser, con la tua password.'],
    }),
    account_repaired: (letter, { realm }) => ({
      subject: `Il tuo account su ${realm} è stato ripristinato dopo un recupero`,
      fact: [
        'Dopo un recupero il tuo account è stato ripristinato.',
        said(letter),
        letter.replaced === 0
          ? `Aggiunto: ${factors[letter.factor]}.`
          : `Aggiunto: ${factors[letter.factor]}; ciò che era perso non vale più.`,
      ],
    }),
    pass_issued: (letter, { realm }) => ({
      subject: `Un amministratore ti fa rientrare su ${realm}`,
      fact: [
        'È stato emesso un lasciapassare che sostituisce il dispositivo perso, una volta, dopo la password.',
        said(letter),
        ...(letter.usableAt === undefined
          ? []
          : [`Si può usare dal ${moment('it', letter.usableAt)}, a meno che tu non lo fermi.`]),
      ],
      after: ['Chi ti chiede un lasciapassare o un codice non è un amministratore.'],
    }),
    pass_used: (letter, { realm }) => ({
      subject: `Un lasciapassare è stato usato su ${realm}`,
      fact: ['Il lasciapassare di un amministratore è stato usato per entrare nel tuo account.', said(letter)],
    }),
    account_deleted: (letter, { realm }) => ({
      subject: `Il tuo account su ${realm} è stato eliminato`,
      fact: [
        'Il tuo account è stato eliminato come chiesto. Di tuo resta solo una traccia senza il tuo nome.',
        'Se non sei stato tu, avvisa subito l’amministratore: non si può annullare, ma si può indagare.',
        said(letter),
      ],
    }),
    break_glass_opened: (letter) => ({
      subject: `Emergenza: è stato aperto un accesso a «${letter.place}»`,
      fact: [
        `${letter.operator} ha usato un codice sigillato sul server per far entrare ${letter.person} nel realm «${letter.place}».`,
        `Motivo indicato: ${letter.why}`,
        'Lo sai perché sei amministratore. Se non è stato nessuno di voi, qualcun altro ha un codice sigillato e il server.',
        said(letter),
      ],
      after: [
        'Resta aperto finché sul server non si esegue «break-glass close»; «break-glass revoke» annulla gli altri codici.',
      ],
    }),
    break_glass_attempted: (letter, { realm }) => ({
      subject: `Emergenza: un codice sigillato sbagliato su ${realm}`,
      fact: [
        `${letter.operator} ha provato sul server un codice sigillato che non è tra quelli validi.`,
        'Lo sai perché sei amministratore.',
        said(letter),
      ],
    }),
  },
};
