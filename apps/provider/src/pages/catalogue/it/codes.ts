import type { Messages } from '../index.ts';

export const backupCodes: Messages['backupCodes'] = {
  title: 'Salva i codici di riserva',
  advice: 'Ogni codice ti fa entrare una volta se perdi il dispositivo. Tienili dove li trovi anche senza.',
  replaces: 'Sostituiscono i vecchi quando avrai confermato.',
  usedUp: 'I vecchi codici sono finiti.',
  onlyNow: 'Li vedi solo questa volta.',
  list: 'I tuoi codici di riserva',
  made: (date) => `Creati il ${date}`,
  expires: (date) => `validi fino al ${date}`,
  copy: 'Copia',
  download: 'Scarica come file di testo',
  print: 'Stampa',
  confirm: 'Inserisci uno dei codici',
  confirmHint: 'Così sappiamo che li hai salvati.',
  submit: 'Li ho salvati',
  card: {
    title: (realm) => `Codici di riserva per ${realm}`,
    account: 'Account',
    made: 'Creati il',
    expires: 'Validi fino al',
    signIn: 'Accedi su',
    once: 'Ogni codice vale una volta: spuntalo quando l’hai usato.',
  },
};

export const confirmBackupCodes: Messages['confirmBackupCodes'] = {
  title: 'Conferma i codici di riserva',
  shown: (when) => `I nuovi codici sono stati mostrati una volta sola (${when}). Inseriscine uno.`,
  notSaved: 'Non li hai salvati? Crea una nuova serie: i codici non confermati finiscono con essa.',
  replaces: 'I vecchi codici valgono finché non confermi.',
  label: 'Uno dei nuovi codici',
  submit: 'Conferma',
  newCodes: 'Crea una nuova serie',
};

export const newBackupCodes: Messages['newBackupCodes'] = {
  title: 'Crea nuovi codici di riserva',
  ends: (left) => {
    if (left === 0) return 'Non hai più codici, quindi non perdi nulla.';
    return left === 1
      ? 'Il tuo vecchio codice non varrà più quando avrai confermato i nuovi.'
      : `I tuoi ${left} vecchi codici non varranno più quando avrai confermato i nuovi.`;
  },
  makes: (n) => `Riceverai ${n} nuovi codici. Li vedrai una volta sola: prepara un posto sicuro.`,
  submit: (n) => `Crea ${n} nuovi codici`,
};
