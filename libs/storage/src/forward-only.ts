/** The `down` of every migration: the schema only moves forward, a mistake is mended by the next migration. */
export async function forwardOnly(): Promise<never> {
  throw new Error('Migrations go forward only: restore a backup, or write the next migration');
}
