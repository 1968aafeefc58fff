import type { GroupFile } from '@sparekey/contracts';
import type { Group } from '../model.ts';
import { keptId, pathStep } from './names.ts';
import type { PlannedGroup } from './plan.ts';
import { type RoleLookup, roleNames, roleRefs } from './role.ts';

/** The tree as a list, parents first. */
export function groupsFromFile(groups: readonly GroupFile[], parentPath?: string): PlannedGroup[] {
  return groups.flatMap((group) => {
    const path = `${parentPath ?? ''}${pathStep(group.name)}`;
    return [
      {
        id: keptId(group.id),
        name: group.name,
        path,
        parentPath,
        attributes: group.attributes ?? {},
        roles: roleRefs(group),
      },
      ...groupsFromFile(group.subGroups ?? [], path),
    ];
  });
}

/** The list as a tree, in order of names. */
export function groupsToFile(groups: readonly Group[], lookup: RoleLookup): GroupFile[] {
  const children = Map.groupBy(groups, (group) => group.parentId);
  const level = (parentId: Group['parentId']): GroupFile[] =>
    (children.get(parentId) ?? [])
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((group) => ({
        id: group.id,
        name: group.name,
        path: group.path,
        attributes: group.attributes,
        ...roleNames(lookup(group.roles)),
        subGroups: level(group.id),
      }));
  return level(undefined);
}
