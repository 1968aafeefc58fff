import type { ActivityType } from '../../../account/operations/activity.ts';
import type { Told } from '../en/activity.ts';
import type { Messages } from '../index.ts';
import { count } from '../plural.ts';

const to = (app: string | undefined) => (app === undefined ? '' : ` a ${app}`);
const named = ({ detail }: Told) => (detail.label ? `: ${detail.label}` : '');

const what: Record<ActivityType, (told: Told) => string> = {
  'sign_in.completed': ({ app, detail }) =>
    String(detail.amr ?? '').includes('backup_code')
      ? `Accesso${to(app)} con un codice di riserva`
      : `Accesso${to(app)}`,
  'password.changed': () => 'Password cambiata',
  'password_reset.requested': () => 'Chiesto un link per una nuova password',
  'email.verified': () => 'Indirizzo email verificato',
  'totp.enrolled': (told) => `App di autenticazione aggiunta${named(told)}`,
  'totp.removed': (told) => `App di autenticazione rimossa${named(told)}`,
  'webauthn.enrolled': (told) => `Passkey aggiunta${named(told)}`,
  'totp.renamed': ({ detail }) => `App di autenticazione rinominata da ${detail.from} a ${detail.to}`,
  'webauthn.renamed': ({ detail }) => `Passkey rinominata da ${detail.from} a ${detail.to}`,
  'webauthn.removed': (told) => `Passkey rimossa${named(told)}`,
  'webauthn.counter_regressed': () => 'Potrebbe esistere una copia di una chiave di sicurezza',
  'backup_code.consumed': ({ detail }) =>
    `Codice di riserva usato, ${detail.left === 1 ? 'ne resta 1' : `ne restano ${detail.left ?? 0}`}`,
  'backup_codes.confirmed': ({ detail }) =>
    `Nuova serie di ${count(Number(detail.count ?? 0), 'codice di riserva', 'codici di riserva')}`,
  'backup_codes.revoked': () => 'Codici di riserva annullati',
  'backup_codes.expired': () => 'Codici di riserva scaduti',
  'attempts.locked': () => 'Troppi tentativi sbagliati: accesso in attesa',
  'attempts.unlocked': () => 'L’accesso è di nuovo possibile',
  'recovery.frozen': () => 'Detto “Non sono stato io”: recupero bloccato, accessi chiusi',
  'recovery.approved': () => 'Recupero approvato',
  'recovery.vetoed': () => 'Recupero fermato',
  'recovery.device_lost': () => 'Dispositivo segnalato come perso',
  'recovery.repaired': () => 'Nuovo dispositivo al posto di quello perso',
  'recovery_pass.issued': () => 'Emesso un lasciapassare per rientrare',
  'recovery_pass.consumed': () => 'Usato un lasciapassare per rientrare',
  'device.trusted': () => 'Browser fidato: per un po’ nessun secondo passaggio',
  'device.revoked': () => 'Browser fidato dimenticato',
  'session.ended': ({ app }) => (app === undefined ? 'Uscita' : `Uscita da ${app}`),
  'session.ended_all': () => 'Uscita da tutti i dispositivi',
  'consent.granted': ({ app }) => `Accesso consentito: ${app ?? 'un’applicazione'}`,
  'consent.withdrawn': ({ app }) => `Accesso revocato: ${app ?? 'un’applicazione'}`,
  'refresh_token.reused': ({ app }) => `Fermato un accesso rubato o ripetuto: ${app ?? 'un’applicazione'}`,
  'profile.updated': () => 'Profilo modificato',
  'password.attempted': () => 'Password sbagliata',
  'totp.attempted': () => 'Codice dell’app di autenticazione sbagliato',
  'webauthn.attempted': () => 'Passkey non accettata',
  'email.attempted': () => 'Codice da un’email sbagliato',
  'sms.attempted': () => 'Codice da un SMS sbagliato',
  'backup_code.attempted': () => 'Codice di riserva sbagliato',
};

export const activity: Messages['activity'] = {
  title: 'Attività',
  lead: (days) => `Che cosa è successo al tuo account negli ultimi ${days} giorni, dal più recente.`,
  what: (type, told) => what[type](told),
  by: {
    administrator: 'da un amministratore',
    application: 'da un’applicazione',
    system: 'in automatico',
    unknown: 'da qualcuno senza accesso',
  },
  empty: 'Non è ancora successo nulla.',
  older: 'Precedenti',
  newest: 'Più recenti',
  notMe: 'Qualcosa non l’hai fatto tu?',
  notMeLead: 'Allora qualcuno può conoscere la tua password. In quest’ordine:',
  changePassword: 'Cambia la password',
  signOutOthers: 'Esci da tutti gli altri dispositivi',
  newCodes: 'Crea nuovi codici di riserva',
  notMeRest: 'Poi guarda dispositivi e applicazioni, e rimuovi quelli che non conosci.',
};

export const applications: Messages['applications'] = {
  title: 'Applicazioni collegate',
  lead: 'Queste applicazioni hanno accesso con il tuo account.',
  none: 'Nessuna applicazione è collegata.',
  may: 'Può',
  since: (date) => `Collegata il ${date}`,
  lastUsed: (when) => `ultimo uso: ${when}`,
  offline: 'anche quando non ci sei',
  disconnect: 'Scollega',
  disconnectNamed: (app) => `Scollega ${app}`,
  effect: 'Un’applicazione scollegata perde subito l’accesso. Se accedi di nuovo, si ricollega.',
  manage: 'Gestisci',
};

export const codesUsed: Messages['codesUsed'] = {
  title: 'I tuoi codici di riserva',
  used: 'Codici usati',
  none: 'Nessuno di questi codici è stato ancora usato.',
  code: (number) => (number === undefined ? 'Un codice' : `Codice ${number}`),
  notMe: 'Non ne hai usato uno tu? Crea subito nuovi codici, poi cambia la password.',
  details: 'Dettagli',
};
