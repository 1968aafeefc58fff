import type { Messages } from '../index.ts';
import { count } from '../plural.ts';

const scopes: Record<string, string> = {
  profile: 'vedere il tuo nome e il nome utente',
  email: 'vedere il tuo indirizzo email',
  phone: 'vedere il tuo numero di telefono',
  address: 'vedere il tuo indirizzo postale',
  roles: 'vedere che cosa puoi fare',
  groups: 'vedere i gruppi di cui fai parte',
  organization: 'vedere le organizzazioni di cui fai parte',
  account: 'vedere e cambiare il tuo modo di accedere: fattori, codici, sessioni e applicazioni',
  offline_access: 'mantenere l’accesso quando non ci sei',
};

export const signIn: Messages['signIn'] = {
  title: 'Accedi',
  username: 'Nome utente o email',
  password: 'Password',
  submit: 'Accedi',
  forgot: 'Hai dimenticato la password?',
  lostPasskey: 'Hai perso la passkey?',
};

export const forgotPassword: Messages['forgotPassword'] = {
  title: 'Hai dimenticato la password?',
  lead: 'Dicci chi sei. Inviamo un link all’indirizzo email dell’account.',
  submit: 'Invia il link',
  sentTitle: 'Controlla la posta',
  sent: (duration) =>
    `Se c’è un account con quel nome e un indirizzo email, il link è in arrivo. Vale ${duration} e funziona una volta.`,
  nothingCame: 'Non è arrivato nulla? Guarda nello spam, controlla il nome o chiedi al tuo amministratore.',
  backToSignIn: 'Torna all’accesso',
};

export const verifyEmail: Messages['verifyEmail'] = {
  title: 'Verifica il tuo indirizzo email',
  send: (email) => `Inviamo un link a ${email}, per essere sicuri che la posta ti arrivi lì.`,
  sent: (email) => `Un link è in arrivo a ${email}. Aprilo su qualsiasi dispositivo, poi continua qui.`,
  submit: 'Invia il link',
  followed: 'Ho aperto il link',
  again: 'Invia di nuovo',
};

export const password: Messages['password'] = {
  title: 'Conferma che sei tu',
  label: 'La tua password',
  notYou: 'Non sei tu?',
};

export const totp: Messages['totp'] = {
  title: 'Inserisci il codice',
  labelFrom: (device) => `Codice da ${device}`,
  label: 'Codice dall’app di autenticazione',
  hint: (digits) => `Le ${digits} cifre che l’app mostra ora`,
  useBackupCode: 'Usa un codice di riserva',
};

export const backupCode: Messages['backupCode'] = {
  title: 'Usa un codice di riserva',
  label: 'Codice di riserva',
  labelOf: (number) => `Codice di riserva n. ${number}`,
  hint: (sample) => `È fatto così: ${sample}. Ogni codice vale una volta.`,
  hintOf: (number, sample) =>
    `Quello con il numero ${number} nel tuo elenco; nessun altro va bene. È fatto così: ${sample}.`,
  whereTitle: 'Dove si tengono di solito',
  where: [
    'tra i download, in un file chiamato backup-codes-…',
    'stampati, con altri documenti o nel portafoglio',
    'in un gestore di password',
  ],
};

export const locked: Messages['locked'] = {
  title: 'Troppi tentativi',
  wait: (duration) => `Riprova tra ${duration}.`,
  why: 'Dopo alcuni tentativi sbagliati c’è una pausa, così nessuno può entrare tirando a indovinare. Non è cambiato nulla.',
  stopped: 'Questo accesso è disattivato. Usa un altro modo o chiedi aiuto al tuo amministratore.',
  again: 'Riprova',
};

export const consent: Messages['consent'] = {
  title: (app) => `Vuoi autorizzare ${app}?`,
  wants: (app) => `${app} vorrebbe`,
  scope: (name) => scopes[name] ?? `usare «${name}»`,
  identity: 'sapere chi sei',
  allow: 'Autorizza',
  deny: 'Non autorizzare',
};

export const enrolTotp: Messages['enrolTotp'] = {
  title: {
    asked: 'Aggiungi un’app di autenticazione',
    required: 'Configura un’app di autenticazione',
    replace: 'Configura il nuovo dispositivo',
  },
  why: 'Mostra un codice da inserire dopo la password.',
  scan: 'Inquadra questo codice con l’app di autenticazione',
  qr: 'Codice QR con la chiave per l’app di autenticazione',
  open: 'Apri in un’app su questo dispositivo',
  cannotScan: 'Non puoi inquadrarlo? Scrivi questa chiave',
  key: 'Chiave',
  code: 'Codice che l’app mostra ora',
  deviceName: 'Nome di questo dispositivo',
  deviceNameHint: 'Per riconoscerlo, per esempio Pixel 9',
  submit: 'Attiva',
};

export const afterRecovery: Messages['afterRecovery'] = {
  title: 'Hai usato un codice di riserva',
  left: (n) => (n === 0 ? 'Era l’ultimo.' : count(n, 'codice rimasto.', 'codici rimasti.')),
  advice: (device) =>
    `Non hai più ${device ?? 'il dispositivo'}? Configura ora quello nuovo: basta un minuto, e il prossimo accesso sarà come sempre.`,
  passTitle: 'Hai usato un lasciapassare dell’amministratore',
  which: 'Quale dispositivo hai perso?',
  all: 'Tutti',
  kind: { totp: 'App di autenticazione', webauthn: 'Passkey o chiave di sicurezza', sms: 'Telefono', email: 'Email' },
  ends: 'Ora esci da ogni altro accesso. Il dispositivo perso smette di funzionare qui quando quello nuovo è configurato.',
  setUp: 'Configura un nuovo dispositivo',
  later: 'Più tardi',
  laterMeans: 'Fino ad allora ogni accesso senza il dispositivo consuma un altro codice di riserva.',
};

export const coolDown: Messages['coolDown'] = {
  title: 'Serve un po’ più di tempo',
  overTitle: 'L’attesa è finita',
  over: 'Ora puoi continuare.',
  until: (moment) => `Puoi continuare dal ${moment}.`,
  forAdministrator: 'Un amministratore deve confermare che sei tu.',
  why: 'Questo accesso è insolito, perciò aspettiamo prima di cambiare qualcosa. Il tuo codice è stato accettato.',
  leave:
    'Puoi chiudere questa pagina. Torna con questo browser, entra con la password e scegli “Hai perso il dispositivo?”: non serve un altro codice.',
  sentTo: (addresses) =>
    `Abbiamo avvisato ${addresses}. Se è stato qualcun altro, il link in quel messaggio ferma tutto subito.`,
  help: 'Il tuo amministratore può farti continuare prima.',
  notYou: 'Non sei stato tu? Cambia la password e chiedi all’amministratore di fermarlo.',
  look: 'Controlla di nuovo',
  goOn: 'Continua',
};

export const lowCodes: Messages['lowCodes'] = {
  title: (n) =>
    n === 0 ? 'Non hai più codici di riserva' : `Hai ancora ${count(n, 'codice di riserva', 'codici di riserva')}`,
  expiring: (date) => `I tuoi codici di riserva scadono il ${date}`,
  advice:
    'Ti fanno entrare quando il dispositivo è perso. La nuova serie sostituisce i vecchi codici quando l’hai confermata.',
  expires: (date) => `I vecchi codici valgono fino al ${date}.`,
  makeNew: 'Crea una nuova serie',
  later: 'Più tardi',
};
