import type { FormModel } from './models.ts';

/** Confirmation of RP-initiated logout. Posts `xsrf`, and `logout=yes` with action continue; action cancel without. */
export interface LogoutModel {
  /** Address of the end-session confirmation. */
  action: string;
  xsrf: string;
  app?: string;
}

export interface RealmNotFoundModel {
  requestId: string;
}

/** Actions: allow, deny. */
export interface ConsentModel extends FormModel {
  app: string;
  username: string;
  /** Scopes not granted yet, `openid` left out. */
  scopes: string[];
}
