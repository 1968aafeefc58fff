/** The `scimType` keywords of RFC 7644 §3.12, of RFC 9865 §2 (cursors) and `tooMany` for both filters and bulk. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

export const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A refusal in the words of RFC 7644 §3.12; `message` becomes `detail`, is for whoever configures the client, and names no secret. */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;

  constructor(status: number, scimType: ScimType | undefined, message: string) {
    super(message);
    this.name = 'ScimError';
    this.status = status;
    this.scimType = scimType;
  }

  /** The body of the answer; `status` is a string there (RFC 7644 §3.12). */
  body(): { schemas: string[]; status: string; scimType?: ScimType; detail: string } {
    return {
      schemas: [errorSchema],
      status: String(this.status),
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.message,
    };
  }
}

/** A 400 of one of the keywords. */
export function refuse(scimType: ScimType, message: string): never {
  throw new ScimError(400, scimType, message);
}
