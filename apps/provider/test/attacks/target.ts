import type { TestBrowser } from '../../src/testing/browser.ts';

// What the attacks of this folder know of an OpenID provider. Another provider is attacked by implementing this for it:
// its pages, and whatever administers its people. Nothing here says how a provider is built.

/** A proof that a page asks for. */
export type Proof = 'password' | 'totp' | 'backup_code' | 'email_code' | 'sms_code' | 'webauthn';

/** What a browser shows. */
export interface Screen {
  status: number;
  headers: Headers;
  html: string;
  url: URL;
  /**
   * What it wants next: name and password, a further proof, a new backup-code set confirmed, something to be set up or
   * put off; `arrived` is the application with a code, `other` anything else.
   */
  asks: 'sign_in' | Exclude<Proof, 'password'> | 'confirm_codes' | 'setup' | 'arrived' | 'other';
  /** Backup codes that it shows. */
  codes: string[];
}

/** Someone at a browser of their own, without JavaScript. */
export interface Visitor {
  readonly browser: TestBrowser;
  /** What is shown now. */
  readonly screen: Screen;
  /** Begins a sign-in at the application. */
  begin(parameters?: Record<string, string>): Promise<Screen>;
  /** Name and password, where the sign-in begins. */
  signIn(login: string, password: string): Promise<Screen>;
  /** A proof, where it is asked for. */
  prove(proof: Proof, value: string): Promise<Screen>;
  /** Chooses another way to prove it. */
  another(proof: Proof): Promise<Screen>;
  /** Puts off what may be put off. */
  later(): Promise<Screen>;
  /** Types back one of the codes that were shown. */
  confirm(code: string, more?: Record<string, string>): Promise<Screen>;
  /** Opens an address with the cookies of this browser. */
  open(address: string | URL): Promise<Screen>;
  /** Posts any fields to where the form of the page goes, with its hidden inputs unless they are among the fields. */
  post(fields: Record<string, string>): Promise<Screen>;
  /** A second tab: the same cookies, the same screen. */
  tab(): Visitor;
  /** Redeems the code that the application got. */
  redeem(): Promise<{ status: number; tokens: Tokens }>;
}

/** What the application gets. */
export interface Tokens {
  access_token?: string;
  refresh_token?: string;
  id_token?: string;
  error?: string;
}

/** Someone with an account, and everything they know and have. */
export interface Person {
  username: string;
  email: string;
  password: string;
  codes: string[];
  /** A code of their authenticator app that was not used; good for two calls in one minute. */
  totp(): string;
}

/** An OpenID provider with one application, and whoever administers its people. */
export interface Target {
  readonly issuer: string;
  visitor(): Visitor;
  /** A new person with a password, an authenticator app unless said otherwise, and backup codes where they have an app. */
  person(having?: { totp?: boolean; codes?: boolean }): Promise<Person>;
  setEnabled(person: Person, enabled: boolean): Promise<void>;
  /** Lets the backup codes of a person expire. */
  expireCodes(person: Person): Promise<void>;
  /** Addresses of the pages on which a person looks after the account, forms included. */
  readonly accountPages: readonly string[];
  /** Asks the token endpoint as the application. */
  token(form: Record<string, string>): Promise<{ status: number; tokens: Tokens }>;
  close(): Promise<void>;
}
