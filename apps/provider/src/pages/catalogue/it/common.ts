import type { FieldName, FormProblem, OtherWay, Purpose } from '../../models.ts';
import type { Messages } from '../index.ts';
import { count } from '../plural.ts';

function duration(seconds: number): string {
  if (seconds <= 59) return count(Math.ceil(seconds), 'secondo', 'secondi');
  if (seconds < 3600) return count(Math.ceil(seconds / 60), 'minuto', 'minuti');
  return count(Math.ceil(seconds / 3600), 'ora', 'ore');
}

const missing: Record<FieldName, string> = {
  lost: 'Scegli il dispositivo perso.',
  username: 'Inserisci il nome utente o l’email.',
  password: 'Inserisci la password.',
  otp: 'Inserisci il codice mostrato dall’app di autenticazione.',
  backup_code: 'Inserisci uno dei tuoi codici di riserva.',
  email_code: 'Inserisci il codice della mail.',
  sms_code: 'Inserisci il codice dell’SMS.',
  confirm_code: 'Inserisci uno dei nuovi codici.',
  label: 'Dai un nome al dispositivo.',
  new_password: 'Inserisci una nuova password.',
  new_password_again: 'Inserisci di nuovo la nuova password.',
  first_name: 'Inserisci il nome.',
  last_name: 'Inserisci il cognome.',
  email: 'Inserisci l’indirizzo email.',
  phone_number: 'Inserisci un numero di telefono.',
};

function problem(p: FormProblem, look: { digits: number; sample: string }): { what: string; next?: string } {
  switch (p.kind) {
    case 'wrong_credentials':
      return { what: 'Nome utente e password non corrispondono.', next: 'Controllali e riprova.' };
    case 'wrong_password':
      return { what: 'La password non è corretta.', next: 'Controllala e riprova.' };
    case 'wrong_otp':
      return {
        what: 'Il codice non è corretto o è già stato usato.',
        next: 'Aspetta il prossimo nell’app e riprova.',
      };
    case 'wrong_backup_code':
      return {
        what: 'Questo codice non si può usare.',
        next:
          p.triesLeft === undefined
            ? 'Controlla che sia scritto bene o prendine un altro dall’elenco.'
            : `Controllalo o prendine un altro. ${count(p.triesLeft, 'tentativo', 'tentativi')} prima di dover aspettare.`,
      };
    case 'wrong_passkey':
      return { what: 'Questa passkey non è stata accettata.', next: 'Riprova o usa un altro modo.' };
    case 'no_passkey':
      return {
        what: 'Il browser non ha inviato una passkey.',
        next: 'Le passkey hanno bisogno di JavaScript. Usa un altro modo o attivalo.',
      };
    case 'passkey_taken':
      return { what: 'Questa passkey è già in uso.', next: 'Configurane un’altra.' };
    case 'passkey_refused':
      return {
        what: 'Questo tipo di dispositivo o chiave qui non è ammesso.',
        next: 'Chiedi al tuo amministratore quali lo sono.',
      };
    case 'passkey_not_added':
      return { what: 'Non è stato possibile configurare la passkey.', next: 'Riprova.' };
    case 'recovery_frozen':
      return {
        what: 'Il recupero è bloccato, perché è stato detto «Non sono stato io».',
        next: 'Accedi con il tuo dispositivo o chiedi aiuto al tuo amministratore.',
      };
    case 'wrong_sent_code':
      return {
        what: 'Il codice non è corretto o non vale più.',
        next: 'Prendi il messaggio più recente o chiedi un nuovo codice.',
      };
    case 'send_limited':
      return {
        what: 'Per ora sono stati inviati abbastanza codici.',
        next: 'Usa il più recente, un altro modo, o riprova più tardi.',
      };
    case 'malformed_sent_code':
    case 'malformed_otp':
      return { what: `Un codice ha ${look.digits} cifre.`, next: 'Controllalo e riprova.' };
    case 'malformed_backup_code':
      return { what: `Un codice di riserva è fatto così: ${look.sample}.`, next: 'Controllalo e riprova.' };
    case 'wrong_confirm_code':
      return { what: 'Non è uno dei nuovi codici.', next: 'Controllalo o crea una nuova serie.' };
    case 'missing':
      return { what: missing[p.field] };
    case 'wait':
      return { what: 'Troppi tentativi.', next: `Riprova tra ${duration(p.seconds)}.` };
    case 'stopped':
      return {
        what: 'Troppi tentativi: questo accesso è disattivato.',
        next: 'Usa un altro modo o chiedi aiuto al tuo amministratore.',
      };
    case 'busy':
      return { what: 'In questo momento siamo molto occupati.', next: 'Riprova tra qualche secondo.' };
    case 'stale':
      return { what: 'Quella pagina non era più attuale.', next: 'Ora sei a questo punto.' };
    case 'password_too_short':
      return { what: `Usa almeno ${p.min} caratteri.`, next: 'Alcune parole di seguito si ricordano bene.' };
    case 'password_too_common':
      return { what: 'Questa password è troppo facile da indovinare.', next: 'Scegline un’altra.' };
    case 'password_personal':
      return { what: 'Questa password somiglia troppo al tuo nome o indirizzo.', next: 'Scegline un’altra.' };
    case 'password_breached':
      return {
        what: 'Questa password è in un elenco di password trapelate.',
        next: 'Scegline un’altra e cambiala ovunque la usi.',
      };
    case 'password_unchecked':
      return {
        what: 'In questo momento non possiamo verificare se questa password è trapelata.',
        next: 'Non è cambiato nulla. Riprova tra qualche minuto.',
      };
    case 'password_mismatch':
      return { what: 'Le due nuove password sono diverse.', next: 'Inserisci la stessa due volte.' };
    case 'password_unchanged':
      return { what: 'È già la tua password.', next: 'Scegline un’altra.' };
    case 'email_invalid':
      return { what: 'L’indirizzo email non è completo.', next: 'È fatto così: nome@example.com.' };
    case 'phone_invalid':
      return { what: 'Questo numero di telefono non è completo.', next: 'Comincia con + e il prefisso del paese.' };
    case 'phone_country':
      return { what: 'Non possiamo inviare SMS in questo paese.', next: 'Usa un numero di un altro paese.' };
    case 'phone_unchanged':
      return { what: 'Questo è già il tuo numero.' };
    case 'phone_only_factor':
      return {
        what: 'Gli SMS sono il tuo unico secondo passaggio.',
        next: 'Aggiungi prima una passkey o un’app di autenticazione: un nuovo numero deve aspettare prima di valere.',
      };
    case 'phone_required':
      return {
        what: 'È il tuo unico secondo passaggio, e qui è obbligatorio.',
        next: 'Aggiungi prima una passkey o un’app di autenticazione.',
      };
    case 'not_own_username':
      return { what: 'Questo non è il tuo nome utente.', next: 'Scrivilo come sta sopra il campo.' };
    case 'last_administrator':
      return { what: 'Sei l’ultimo amministratore qui.', next: 'Assegna prima il ruolo a qualcun altro.' };
    case 'email_unverified':
      return { what: 'Il link non è ancora stato aperto.', next: 'Aprilo nella posta o fattelo inviare di nuovo.' };
    case 'too_many_mails':
      return { what: 'Abbiamo già inviato diverse email.', next: 'Guarda nella posta o riprova tra un’ora.' };
    case 'too_long':
      return { what: `Usa al massimo ${p.max} caratteri.` };
  }
}

function purpose(p: Purpose): string {
  if ('app' in p) return `per continuare su ${p.app}`;
  switch (p.change) {
    case 'account':
      return 'per aprire il tuo account';
    case 'profile':
      return 'per modificare il profilo';
    case 'password':
      return 'per cambiare la password';
    case 'add_authenticator':
      return 'per aggiungere un’app di autenticazione';
    case 'remove_authenticator':
      return 'per rimuovere un’app di autenticazione';
    case 'backup_codes':
      return 'per creare nuovi codici di riserva';
  }
}

const otherWay: Record<OtherWay, string> = {
  totp: 'Usa l’app di autenticazione',
  webauthn: 'Usa una passkey o una chiave di sicurezza',
  email: 'Ricevi un codice per email',
  sms: 'Ricevi un codice per SMS',
  backup_code: 'Usa un codice di riserva',
  password: 'Usa la password',
};

const setUpInstead = {
  totp: 'Configura invece un’app di autenticazione',
  webauthn: 'Configura invece una passkey',
};

export const common: Messages['common'] = {
  errorTitle: (title) => `Errore: ${title}`,
  continue: 'Continua',
  cancel: 'Annulla',
  back: 'Indietro',
  backTo: (app) => `Torna a ${app}`,
  later: 'Più tardi',
  show: 'Mostra',
  hide: 'Nascondi',
  showPassword: 'Mostra la password',
  copy: 'Copia',
  copied: 'Copiato',
  language: 'Lingua',
  optional: 'facoltativo',
  dash: 'trattino',
  today: (time) => `oggi alle ${time}`,
  yesterday: (time) => `ieri alle ${time}`,
  signingInAs: 'Accesso come',
  trust: (days) => `Non chiedere più in questo browser per ${count(days, 'giorno', 'giorni')}`,
  lostDevice: 'Hai perso il dispositivo?',
  duration,
  problem,
  purpose,
  otherWay,
  setUpInstead,
};
