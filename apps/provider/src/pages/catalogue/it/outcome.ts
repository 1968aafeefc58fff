import type { ErrorCode } from '@sparekey/contracts';
import type { Messages } from '../index.ts';

const errors: Record<ErrorCode, { title: string; advice: string }> = {
  bad_request: { title: 'La richiesta non si può leggere', advice: 'Torna all’applicazione e ricomincia.' },
  validation_failed: { title: 'Manca qualcosa', advice: 'Torna indietro, controlla i dati e riprova.' },
  unauthorized: { title: 'Prima accedi', advice: 'Questa pagina è per chi ha eseguito l’accesso.' },
  invalid_token: { title: 'Il token di accesso non è accettato', advice: 'Accedi di nuovo all’applicazione.' },
  insufficient_user_authentication: {
    title: 'Serve un accesso più recente',
    advice: 'Accedi di nuovo, con il tuo secondo fattore.',
  },
  insufficient_scope: { title: 'Questa applicazione non può farlo', advice: 'Chiedi a chi la gestisce.' },
  forbidden: { title: 'Non hai accesso a questa pagina', advice: 'Se ti serve, chiedi al tuo amministratore.' },
  csrf_failed: {
    title: 'Questo modulo è di una visita precedente',
    advice: 'Torna indietro, ricarica la pagina e invia di nuovo il modulo.',
  },
  not_found: { title: 'A questo indirizzo non c’è nulla', advice: 'Controlla l’indirizzo o torna indietro.' },
  method_not_allowed: { title: 'Qui non funziona', advice: 'Torna indietro e usa i pulsanti della pagina.' },
  conflict: {
    title: 'Nel frattempo qualcosa è cambiato',
    advice: 'Ricarica la pagina e dai un’occhiata prima di riprovare.',
  },
  payload_too_large: { title: 'È troppo grande', advice: 'Accorcia quello che hai inserito e riprova.' },
  unsupported_media_type: { title: 'Non si può leggere', advice: 'Torna indietro e usa il modulo della pagina.' },
  wrong_code: { title: 'Questo codice non è giusto', advice: 'Controllalo e riprova.' },
  password_refused: { title: 'Questa password non è ammessa', advice: 'Scegline un’altra.' },
  too_many_attempts: { title: 'Troppi tentativi', advice: 'Aspetta un poco, poi riprova.' },
  sign_in_expired: { title: 'Questa pagina è scaduta', advice: 'Ricomincia: basta un momento.' },
  internal: {
    title: 'Qualcosa non ha funzionato da parte nostra',
    advice: 'Non è colpa tua. Riprova; se continua, avvisa il tuo amministratore.',
  },
  overloaded: { title: 'Siamo molto occupati', advice: 'Riprova tra qualche secondo.' },
  unavailable: { title: 'Al momento non disponibile', advice: 'Riprova tra un minuto.' },
};

export const error: Messages['error'] = {
  of: (code) => errors[code],
  retryIn: (duration) => `Riprova tra ${duration}.`,
  reference: 'Per l’assistenza:',
};

export const expired: Messages['expired'] = {
  title: 'Questa pagina è scaduta',
  advice: 'Era aperto da molto tempo o è stato concluso in un’altra finestra. Non hai perso nulla: ricomincia.',
  startAgain: 'Ricomincia',
  noWayBack: 'Torna all’applicazione e accedi da lì.',
};

export const linkOutcome: Messages['linkOutcome'] = {
  password_reset: {
    title: 'La password è cambiata',
    advice: 'Sei uscito da tutti i dispositivi. Accedi con la nuova password; le altre prove sono chieste come sempre.',
  },
  email_verified: { title: 'L’indirizzo email è verificato', advice: 'Continua da dove eri rimasto.' },
  unusable: {
    title: 'Questo link non si può usare',
    advice: 'È già stato usato, è scaduto o ne è stato inviato uno nuovo. Non è cambiato nulla: chiedi un nuovo link.',
  },
};

export const confirmEmail: Messages['confirmEmail'] = {
  title: 'Verifica il tuo indirizzo email',
  lead: (email) => `${email} è il tuo indirizzo?`,
  submit: 'Sì, verificalo',
};

export const signedOut: Messages['signedOut'] = {
  title: 'Uscita completata',
  advice: 'Su un computer condiviso chiudi anche il browser.',
};

export const logout: Messages['logout'] = {
  title: 'Vuoi uscire?',
  advice: 'Uscirai da qui e da tutte le applicazioni di questo browser.',
  from: (app) => `${app} chiede di farti uscire, da qui e da tutte le applicazioni di questo browser.`,
  submit: 'Esci',
  stay: 'Resta',
};

export const realmNotFound: Messages['realmNotFound'] = {
  title: 'Qui non c’è una pagina di accesso',
  advice: 'A questo indirizzo non c’è nulla. Controllalo o parti dall’applicazione che vuoi usare.',
};
