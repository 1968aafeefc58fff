import type { FormModel, OtherWay, Purpose } from './models.ts';

/** A code that was sent: field `email_code` or `sms_code`. Actions: continue, resend, try:…, cancel. */
export interface SentCodeModel extends FormModel {
  purpose: Purpose;
  username: string;
  field: 'email_code' | 'sms_code';
  digits: number;
  /** Where it went, masked; undefined where that must not be told. */
  to: string | undefined;
  /** A new one was just sent. */
  resent: boolean;
  otherWays: OtherWay[];
  /** As on the page of the authenticator app. */
  trustDays?: number | undefined;
  mayCancel: boolean;
}

/** "This wasn't me": asked by GET, done by POST; `gone` for a link that is used, too old or invented. */
export interface NotMeModel extends FormModel {
  state: 'ask' | 'done' | 'gone';
}

export interface DemoOutboxModel {
  messages: { recipient: string; subject: string; body: string; createdAt: Date }[];
}
