import { AppError } from '@sparekey/contracts';
import * as account from '../account/operations/index.ts';
import type { Handler } from './request.ts';

export const deleteAccount: Handler<'deleteAccount'> = async (request) => {
  const outcome = await account.deleteAccount(request, request.body.username);
  switch (outcome) {
    case 'deleted':
      return undefined;
    case 'not_allowed': {
      const publicMessage = 'Accounts are deleted by administrators here.';
      throw new AppError('forbidden', 'the policy lets nobody delete their account', { publicMessage });
    }
    case 'wrong_name':
      throw new AppError('validation_failed', 'another name', { publicMessage: 'username: not that of the account' });
    case 'last_administrator': {
      const publicMessage = 'Nobody else could administer the realm: name another administrator first.';
      throw new AppError('conflict', 'the last administrator stays', { publicMessage });
    }
  }
};
