import type { z } from 'zod';
import { accessOperations } from './access.ts';
import { activityOperations } from './activity.ts';
import { backupCodeOperations } from './backup-codes.ts';
import { factorOperations } from './factors.ts';
import { phoneOperations } from './phone.ts';
import { profileOperations } from './profile.ts';

/** Every operation of the account REST by its operationId, in the order of the document. */
export const accountOperations = {
  ...profileOperations,
  ...phoneOperations,
  ...factorOperations,
  ...backupCodeOperations,
  ...accessOperations,
  ...activityOperations,
};

export type AccountOperations = typeof accountOperations;
export type AccountOperationId = keyof AccountOperations;

type Parsed<O, K extends string> = O extends { [key in K]: infer S extends z.ZodType } ? z.output<S> : undefined;
export type AccountBody<K extends AccountOperationId> = Parsed<AccountOperations[K], 'body'>;
export type AccountQuery<K extends AccountOperationId> = Parsed<AccountOperations[K], 'query'>;
export type AccountAnswer<K extends AccountOperationId> = Parsed<AccountOperations[K], 'answer'>;
