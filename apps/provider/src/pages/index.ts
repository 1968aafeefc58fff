import { html } from './html.ts';
import type * as model from './models.ts';
import type { Page } from './view.ts';

export { Html, html } from './html.ts';
export { LOCALE_COOKIE, negotiateLocale } from './locale.ts';
export type * from './models.ts';
export { accountPaths } from './paths.ts';
export type { Page, View, ViewOptions } from './view.ts';
export { TIME_ZONE_COOKIE, view } from './view.ts';

const unwritten = () => html``;

export const signIn: Page<model.SignInModel> = unwritten;
export const password: Page<model.PasswordModel> = unwritten;
export const totp: Page<model.TotpModel> = unwritten;
export const backupCode: Page<model.BackupCodeModel> = unwritten;
export const enrolTotp: Page<model.EnrolTotpModel> = unwritten;
export const backupCodes: Page<model.BackupCodesModel> = unwritten;
export const confirmBackupCodes: Page<model.ConfirmBackupCodesModel> = unwritten;
export const afterRecovery: Page<model.AfterRecoveryModel> = unwritten;
export const lowCodes: Page<model.LowCodesModel> = unwritten;
export const consent: Page<model.ConsentModel> = unwritten;
export const locked: Page<model.LockedModel> = unwritten;
export const error: Page<model.ErrorModel> = unwritten;
export const expired: Page<model.ExpiredModel> = unwritten;
export const signedOut: Page<model.SignedOutModel> = unwritten;
export const logout: Page<model.LogoutModel> = unwritten;
export const realmNotFound: Page<model.RealmNotFoundModel> = unwritten;
export const account: Page<model.AccountModel> = unwritten;
export const profile: Page<model.ProfileModel> = unwritten;
export const changePassword: Page<model.ChangePasswordModel> = unwritten;
export const removeAuthenticator: Page<model.RemoveAuthenticatorModel> = unwritten;
export const newBackupCodes: Page<model.NewBackupCodesModel> = unwritten;
export { ASSET_CACHE_CONTROL, type Asset, assets } from './assets.ts';
