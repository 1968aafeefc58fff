import type { AccountNotice } from '../../models.ts';
import type { Messages } from '../index.ts';
import { count } from '../plural.ts';

const notices: Record<AccountNotice, string> = {
  profile_saved: 'Il profilo è salvato.',
  email_change_sent: 'Apri il link che abbiamo inviato al nuovo indirizzo: da allora vale.',
  password_changed: 'La password è cambiata.',
  authenticator_added: 'L’app di autenticazione è pronta.',
  authenticator_removed: 'L’app di autenticazione è stata rimossa.',
  passkey_added: 'La passkey è pronta.',
  passkey_renamed: 'La passkey ha il nuovo nome.',
  passkey_removed: 'La passkey è stata rimossa.',
  backup_codes_replaced: 'I nuovi codici di riserva sono pronti. I vecchi non valgono più.',
  session_ended: 'L’accesso da quel dispositivo è chiuso.',
  sessions_ended: 'Tutti gli altri accessi sono chiusi.',
  phone_saved: 'Il numero di telefono è salvato.',
  phone_removed: 'Il numero di telefono è stato rimosso.',
  application_disconnected: 'L’applicazione è scollegata.',
  device_forgotten: 'A questo browser si chiede di nuovo il secondo passaggio.',
};

export const account: Messages['account'] = {
  title: 'Il tuo account',
  notice: (notice) => notices[notice],
  signOut: 'Esci',
  security: 'Sicurezza',
  waysBackIn: (have, of) => `Modi per rientrare: ${have} su ${of}`,
  way: { password: 'Password', totp: 'App di autenticazione', webauthn: 'Passkey', backup_codes: 'Codici di riserva' },
  inOrder: 'a posto',
  notInOrder: 'da sistemare',
  weakest: {
    no_password: 'Il più debole: non hai una password.',
    no_totp: 'Il più debole: non hai un’app di autenticazione. Per entrare basta la password.',
    no_codes: 'Il più debole: non hai codici di riserva. Senza il dispositivo non potresti entrare.',
    codes_expired: 'Il più debole: i codici di riserva sono scaduti. Crea una nuova serie.',
    codes_used_up: 'Il più debole: i codici di riserva sono finiti. Crea una nuova serie.',
    codes_expiring: (date) => `Il più debole: i codici di riserva scadono il ${date}.`,
    codes_low: (left) =>
      `Il più debole: ti ${left === 1 ? 'resta' : 'restano'} solo ${count(left, 'codice', 'codici')} di riserva.`,
    one_totp: 'Tutto a posto. Il più debole: un solo dispositivo mostra i codici, quindi custodisci quelli di riserva.',
    one_passkey: 'Tutto a posto. Il più debole: hai una sola passkey, quindi custodisci i codici di riserva.',
    none: 'Tutto a posto.',
  },
  profile: 'Profilo',
  name: 'Nome',
  username: 'Nome utente',
  email: 'Email',
  none: 'non indicato',
  phone: 'Telefono',
  phoneUsable: (when) => `usato per i codici dal ${when}`,
  more: (rows) => (rows === 1 ? 'Mostra un altro' : `Mostra altri ${rows}`),
  phoneUnverified: 'non verificato',
  phoneBefore: (masked) => `i codici arrivano ancora a ${masked}`,
  edit: 'Modifica',
  change: 'Cambia',
  addPasskey: 'Aggiungi una passkey',
  add: 'Aggiungi un’app di autenticazione',
  remove: 'Rimuovi',
  removeNamed: (label) => `Rimuovi ${label}`,
  rename: 'Rinomina',
  renameNamed: (label) => `Rinomina ${label}`,
  suspect: 'Potrebbe esistere una copia di questa chiave. Rimuovila e configurane un’altra.',
  added: (date) => `Aggiunta il ${date}`,
  changed: (date) => `Impostata il ${date}`,
  lastUsed: (when) => `ultimo uso: ${when}`,
  neverUsed: 'non ancora usata',
  clockOff: (seconds) =>
    `L’orologio di questo dispositivo è ${seconds < 0 ? 'indietro' : 'avanti'} di circa ${Math.abs(seconds)} secondi. Attiva l’ora automatica, o i suoi codici smetteranno di funzionare.`,
  codesLeft: (left, of) => `${left} di ${of} ${left === 1 ? 'rimasto' : 'rimasti'}`,
  codesMade: (date) => `Creati il ${date}`,
  codesExpire: (date) => `validi fino al ${date}`,
  codesExpired: (date) => `scaduti il ${date}`,
  noCodes: 'Non hai ancora codici di riserva.',
  codesNeedDevice: 'Li ricevi insieme a una passkey o a un’app di autenticazione.',
  makeCodes: 'Crea nuovi codici',
  sessions: 'Dove hai eseguito l’accesso',
  thisDevice: 'Questo dispositivo',
  device: (browser, os) => (browser && os ? `${browser} su ${os}` : (browser ?? os ?? 'Dispositivo sconosciuto')),
  lastSeen: (when) => `Ultima attività: ${when}`,
  signedIn: (when) => `accesso: ${when}`,
  signOutNamed: (device) => `Esci da ${device}`,
  trustedDevices: 'Browser fidati',
  trustedUntil: (date) => `nessun secondo passaggio fino al ${date}`,
  forget: 'Dimentica',
  forgetNamed: (device) => `Dimentica ${device}`,
  signOutEverywhere: 'Esci da tutti i dispositivi',
  signOutOthers: 'Esci da tutti gli altri',
  near: (city, country) => (city === undefined ? `${country} (stima)` : `vicino a ${city}, ${country} (stima)`),
  activity: 'Attività recente',
  allActivity: 'Vedi tutta l’attività',
};

export const profile: Messages['profile'] = {
  title: 'Modifica il profilo',
  firstName: 'Nome',
  lastName: 'Cognome',
  email: 'Email',
  submit: 'Salva',
};

export const changePassword: Messages['changePassword'] = {
  title: { asked: 'Cambia la password', required: 'Scegli una nuova password', reset: 'Scegli una nuova password' },
  why: {
    required: 'La tua password è stata scelta da altri. Scegline una che conosci solo tu.',
    reset: 'Poi accedi come sempre con quella nuova. Su tutti gli altri dispositivi uscirai dall’account.',
  },
  next: 'Nuova password',
  hint: (min) => `Almeno ${min} caratteri`,
  again: 'Di nuovo la nuova password',
  submit: 'Cambia la password',
};

export const removeAuthenticator: Messages['removeAuthenticator'] = {
  title: (label) => `Rimuovi ${label}`,
  effect: {
    totp: (label) => `I codici di ${label} non varranno più.`,
    webauthn: (label) => `Non potrai più accedere con ${label}. Eliminala anche sul dispositivo.`,
  },
  last: {
    totp: 'È la tua unica app di autenticazione: da allora per entrare basterà la password.',
    webauthn: 'È la tua unica passkey: da allora per entrare basterà la password.',
  },
  lastRequired:
    'È l’unico che hai, e qui il secondo passaggio è obbligatorio. Aggiungi prima un altro dispositivo, poi rimuovi questo.',
  addFirst: 'Aggiungi un altro dispositivo',
  codes: (left) =>
    left === 1 ? 'Con essa finisce il tuo codice di riserva.' : `Con essa finiscono i tuoi ${left} codici di riserva.`,
  submit: 'Rimuovi',
  keep: 'Mantieni',
};

export const deleteAccount: Messages['deleteAccount'] = {
  title: 'Elimina il tuo account',
  lead: 'Non si può annullare, nemmeno da un amministratore. Subito:',
  losses: [
    'esci da tutti i dispositivi, e ogni applicazione perde l’accesso',
    'password, passkey, app di autenticazione e codici di riserva sono eliminati',
    'nome, indirizzi e tutto ciò che conserviamo di te è eliminato',
  ],
  type: (username) => `Per continuare scrivi il tuo nome utente: ${username}`,
  submit: 'Elimina il mio account',
  link: 'Elimina il tuo account',
  doneTitle: 'Il tuo account è eliminato',
  done: 'Sei uscito da tutti i dispositivi. Un’ultima email lo conferma, se avevamo il tuo indirizzo.',
  notAllowed: 'La tua organizzazione non permette di eliminare da soli l’account. Chiedi all’amministratore.',
};

export const phone: Messages['phone'] = {
  add: 'Aggiungi un numero di telefono',
  change: 'Cambia il numero di telefono',
  lead: 'Inviamo un codice per verificare che sia tuo.',
  notAvailable: 'Qui non si usano SMS.',
  number: 'Numero di telefono',
  hint: 'Con il prefisso del paese, come +39 333 1234567',
  wait: (hours) =>
    `I codici di accesso vanno a un nuovo numero dopo ${count(hours, 'ora', 'ore')}. Avvisiamo la tua email e il vecchio numero.`,
  send: 'Invia il codice',
  remove: (number) => `Rimuovi ${number}`,
  codeTitle: 'Inserisci il codice',
  sent: (number) => `Abbiamo inviato un SMS al ${number}.`,
  code: 'Codice dall’SMS',
  again: 'Invia un nuovo codice',
};
