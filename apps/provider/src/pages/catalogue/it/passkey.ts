import type { Messages } from '../index.ts';

const shared = {
  SecurityError: 'Le passkey non funzionano a questo indirizzo. Controlla l’indirizzo in alto nel browser.',
  AbortError: 'L’operazione è stata interrotta. Riprova.',
  NotSupportedError: 'Questo dispositivo non può farlo. Prova con un altro dispositivo o in un altro modo.',
  NetworkError: 'L’altro dispositivo non è raggiungibile. Controlla che il Bluetooth sia attivo e riprova.',
  TimeoutError: 'È passato troppo tempo. Riprova o usa un altro modo.',
  unsupported: 'Questo browser o dispositivo non può usare le passkey. Usa un altro modo o un altro browser.',
  other: 'Il dispositivo ha segnalato un problema. Riprova o usa un altro modo.',
};

export const passkey: Messages['passkey'] = {
  title: 'Usa la passkey',
  lead: (device) =>
    device === undefined
      ? 'Il browser ti chiederà una delle tue passkey o chiavi di sicurezza.'
      : `Il browser ti chiederà ${device}.`,
  use: 'Continua con la passkey',
  signInWith: 'Accedi con una passkey',
  needsScript:
    'Le passkey hanno bisogno di JavaScript, che qui è disattivato. Attivalo e ricarica, o usa un altro modo.',
  getFailures: {
    ...shared,
    NotAllowedError:
      'Non è stato confermato nulla. Forse hai annullato, o questo dispositivo non ha una passkey per questo account. Riprova o usa un altro modo.',
    InvalidStateError: 'Questa passkey non è per questo account. Usane un’altra.',
    ConstraintError: 'Questa chiave non può verificare un PIN o un’impronta, che qui servono. Usane un’altra.',
  },
  createFailures: {
    ...shared,
    NotAllowedError: 'Non è stato configurato nulla. Forse hai annullato. Riprova quando vuoi.',
    InvalidStateError: 'Questo dispositivo o chiave è già configurato per il tuo account. Usane un altro.',
    ConstraintError:
      'Questa chiave non può verificare un PIN o un’impronta, che qui servono. Imposta un PIN o usane un’altra.',
  },
};

export const enrolWebauthn: Messages['enrolWebauthn'] = {
  title: {
    asked: 'Aggiungi una passkey',
    required: 'Configura una passkey',
    replace: 'Configura la nuova passkey',
  },
  what: 'Impronta, volto, blocco schermo o chiave di sicurezza: niente da scrivere, e vale solo su questo sito.',
  name: 'Nome di questa passkey',
  nameHint: 'Per riconoscerla, per esempio Portatile di lavoro',
  submit: 'Configura una passkey',
};

export const renamePasskey: Messages['renamePasskey'] = {
  title: 'Rinomina una passkey',
  submit: 'Salva',
};
