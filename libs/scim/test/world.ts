import { scimPeople } from '../../testing/src/index.ts';
import { bindFilter, type Filter, parseFilter, userType } from '../src/index.ts';

export const { enterprise, filters, people, words } = scimPeople;

export function userFilter(text: string): Filter {
  return bindFilter(userType, parseFilter(text));
}

export function thrown(
  work: () => unknown,
): { status: number; scimType: string | undefined; message: string } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    const { name, status, scimType, message } = error as {
      name: string;
      status: number;
      scimType?: string;
      message: string;
    };
    if (name !== 'ScimError') throw error;
    return { status, scimType, message };
  }
}
