import { AppError } from '@sparekey/contracts';
import {
  defaultAccountMapping,
  type PullDoor,
  type PulledResource,
  type PullTransaction,
  type ScimConnection,
  type ScimRecord,
  type Subject,
} from '@sparekey/provisioning';
import {
  changeGroup,
  changePerson,
  createGroup,
  createPerson,
  type DirectoryWriter,
  reachOf,
  type Wanted,
} from '@sparekey/realms';
import { groupType, userType } from '@sparekey/scim';
import type { Storage, Stores } from '@sparekey/storage';

const types = { user: userType, group: groupType } as const;

/** Where the people and groups of one source are written. Administrators, and whom another directory owns, are not there. */
export async function pullDoor(storage: Storage, connection: ScimConnection<'source'>): Promise<PullDoor> {
  const realm = await storage.stores.realms.byId(connection.realmId);
  if (realm === undefined) throw new AppError('not_found', 'the realm is gone');
  const overrides = await storage.stores.policies.overrides(realm.id);
  const writer: DirectoryWriter = {
    reach: reachOf({ realm, overrides }, connection, { visibility: 'realm', manageAdministrators: false }),
    connection,
    actor: { kind: 'operator', name: `scim:${connection.name}` },
  };
  return { transaction: (work) => storage.transaction((stores) => work(transactionOf(stores, writer))) };
}

function transactionOf(stores: Stores, writer: DirectoryWriter): PullTransaction {
  const { reach } = writer;
  const { scimResources, scimMembers } = stores;

  /** The standard way, and what the source decides besides. */
  function writerOf({ account }: PulledResource): DirectoryWriter {
    if (account === undefined) return writer;
    return {
      ...writer,
      toAccount(resource) {
        const standard = defaultAccountMapping(resource);
        return {
          fields: { ...standard.fields, ...account.fields },
          attributes: { ...standard.attributes, ...account.attributes },
        };
      },
    };
  }

  async function wantedOf({ members, account: _account, ...rest }: PulledResource): Promise<Wanted> {
    const { add, remove } = members ?? { add: [], remove: [] };
    const reached = add.length === 0 ? new Set<string>() : await scimMembers.inReach(reach, add);
    const change = (kind: 'add' | 'remove', ids: readonly string[]) => ({
      kind,
      elements: ids.map((value) => ({ value })),
    });
    const changes = [
      change('remove', remove),
      change(
        'add',
        add.filter((id) => reached.has(id)),
      ),
    ];
    return { ...rest, changes: changes.filter(({ elements }) => elements.length > 0) };
  }

  async function written(kind: Subject['kind'], id: string): Promise<ScimRecord> {
    const record = await scimResources.find(reach, types[kind], id);
    if (record === undefined) throw new AppError('internal', `the ${kind} is out of reach of the source that wrote it`);
    return record;
  }

  return {
    links: stores.scimLinks,
    pulls: stores.scimPulls,
    journal: stores.scimJournal,
    find: ({ kind, localId }) => scimResources.lock(reach, types[kind], localId),
    async create(kind, resource) {
      const wanted = await wantedOf(resource);
      const id =
        kind === 'user'
          ? (await createPerson(writerOf(resource), stores, userType, wanted)).id
          : await createGroup(writer, stores, groupType, wanted);
      return written(kind, id);
    },
    async change(kind, record, resource) {
      const wanted = await wantedOf(resource);
      if (kind === 'user') await changePerson(writerOf(resource), stores, userType, record, wanted);
      else await changeGroup(writer, stores, groupType, record, wanted);
      return written(kind, record.id);
    },
  };
}
