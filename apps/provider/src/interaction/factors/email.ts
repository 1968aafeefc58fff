import { sentCodeUi } from './sent-code.ts';

/** A code by mail. */
export const emailUi = sentCodeUi('email');
