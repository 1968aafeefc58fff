/** The embedded PostgreSQL cannot do what was asked; the message says why and what to do, and is meant to be printed as it is. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
