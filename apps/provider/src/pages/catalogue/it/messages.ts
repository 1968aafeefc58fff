import type * as english from '../en/messages.ts';

export const sentCode: typeof english.sentCode = {
  title: 'Inserisci il codice che ti abbiamo inviato',
  sentByMail: (to) =>
    to === undefined
      ? 'Se esiste un tale account senza password, un codice sta arrivando al suo indirizzo email.'
      : `Abbiamo inviato un codice a ${to}.`,
  sentBySms: (to) => `Abbiamo inviato un codice con un SMS a ${to}.`,
  label: 'Codice',
  hint: (digits) => `Le ${digits} cifre del messaggio più recente. Valgono 10 minuti.`,
  resend: 'Invia un nuovo codice',
  resent: 'Un nuovo codice sta arrivando. I precedenti non valgono più.',
};

export const notMe: typeof english.notMe = {
  title: 'Non sei stato tu?',
  advice: 'Se non hai fatto ciò che dice la mail, ferma tutto qui:',
  effects: [
    'tutte le sessioni del tuo account terminano, su ogni dispositivo',
    'il recupero con i codici di riserva è bloccato per 7 giorni',
    'il prossimo accesso chiede una nuova password',
  ],
  submit: 'Non sono stato io: proteggi il mio account',
  nothing: 'Se sei stato tu, chiudi questa pagina: non succede nulla.',
  doneTitle: 'Il tuo account è protetto',
  done: 'Tutte le sessioni sono terminate e il recupero è bloccato. Accedi e scegli una nuova password.',
  signIn: 'Accedi e scegli una nuova password',
  goneTitle: 'Questo link non può essere usato',
  gone: 'È già stato usato, o è troppo vecchio. Se hai dubbi, accedi e cambia la password.',
};

export const demoOutbox: typeof english.demoOutbox = {
  title: 'Messaggi di questa demo',
  advice: 'Non c’è un server di posta: ciò che verrebbe inviato si può leggere qui, da chiunque, per un giorno.',
  empty: 'Ancora nessun messaggio.',
  to: 'A',
};
