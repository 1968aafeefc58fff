import type { AppError } from '@sparekey/contracts';
import { toAppError } from '@sparekey/http';
import { ScimError } from '@sparekey/scim';

/** Every refusal in the words of RFC 7644 §3.12; what nobody foresaw is a 500 that says nothing. */
export function toScimError(thrown: unknown): ScimError {
  if (thrown instanceof ScimError) return thrown;
  const error = toAppError(thrown);
  const detail = error.publicMessage;
  switch (error.code) {
    case 'conflict':
      return new ScimError(
        409,
        'uniqueness',
        detail ?? 'A value that has to be unique is taken, or was changed meanwhile.',
      );
    case 'validation_failed':
      return new ScimError(400, 'invalidValue', detail ?? 'A value is longer than it may be, or not of its form.');
    case 'bad_request':
      return new ScimError(400, 'invalidSyntax', detail ?? 'The request cannot be read.');
    case 'internal':
      return new ScimError(500, undefined, 'Something went wrong on our side.');
    default:
      return new ScimError(error.status, undefined, detail ?? titleOf(error));
  }
}

function titleOf(error: AppError): string {
  return error.status === 404 ? 'There is no such resource.' : error.message.slice(0, 200);
}

export function notThere(id: string): never {
  throw new ScimError(404, undefined, `There is no resource ${JSON.stringify(id.slice(0, 100))}.`);
}

export function forbidden(why: string): never {
  throw new ScimError(403, undefined, why);
}
