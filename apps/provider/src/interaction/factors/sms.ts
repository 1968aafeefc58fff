import { sentCodeUi } from './sent-code.ts';

/** A code by text message. */
export const smsUi = sentCodeUi('sms');
