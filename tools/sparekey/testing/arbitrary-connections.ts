import { readScimSettings, scimKinds } from '@sparekey/provisioning';
import fc from 'fast-check';

/**
 * Connections with directories as an export writes them: every setting is there, in order of name. Targets and sources
 * are disabled: an import that leaves one waiting for its secret says so.
 */
export const arbitraryConnections = fc
  .uniqueArray(
    fc.record({
      name: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z]$/),
      kind: fc.constantFrom(...scimKinds),
      profile: fc.constantFrom('strict', 'entra', 'okta'),
      enabled: fc.boolean(),
      percent: fc.integer({ min: 0, max: 100 }),
    }),
    { selector: ({ name }) => name, maxLength: 2 },
  )
  .map((connections) =>
    connections
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ percent, enabled, ...connection }) => {
        const given = { baseUrl: `https://${connection.name}.example/scim`, brake: { percent } };
        const { value } = readScimSettings(connection.kind, connection.kind === 'server' ? {} : given);
        return {
          ...connection,
          ...(!(enabled && connection.kind === 'server') && { enabled: false }),
          settings: { ...value },
        };
      }),
  );
