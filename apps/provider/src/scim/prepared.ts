import { AppError } from '@sparekey/contracts';
import {
  type AccountMapping,
  compileServerMapping,
  defaultAccountMapping,
  type ScimConnection,
  type ToldMapping,
} from '@sparekey/provisioning';
import { customRegistry, type Registry } from '@sparekey/scim';

/** What the settings of a connection come to. */
export interface Prepared {
  readonly registry: Registry;
  readonly toAccount: AccountMapping;
  /** Undefined where no mapping was decided. */
  readonly told: ToldMapping | undefined;
}

/** Most connections that are kept; the one unused for longest goes. */
const most = 500;

const kept = new Map<string, { version: number; prepared: Prepared }>();

function prepare({ settings: { types, mapping } }: ScimConnection<'server'>): Prepared {
  const made = customRegistry(types);
  if ('problems' in made) throw new AppError('internal', `stored types: ${JSON.stringify(made.problems)}`);
  const { registry } = made;
  if (mapping === undefined) return { registry, toAccount: defaultAccountMapping, told: undefined };
  const { problems, toAccount, told } = compileServerMapping(mapping, registry.byName('User'));
  if (problems.length > 0) throw new AppError('internal', `stored mapping: ${JSON.stringify(problems)}`);
  return { registry, toAccount, told };
}

/** Made once for each version of a connection, which is read with every request. */
export function preparedOf(connection: ScimConnection<'server'>): Prepared {
  const { id, version } = connection;
  const known = kept.get(id);
  kept.delete(id);
  const entry = known?.version === version ? known : { version, prepared: prepare(connection) };
  kept.set(id, entry);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  return entry.prepared;
}
