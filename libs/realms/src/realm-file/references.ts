import { normaliseLogin } from '../normalise-login.ts';
import type { Findings } from './findings.ts';
import { at, below } from './path.ts';
import type { RealmPlan, RoleRef } from './plan.ts';
import type { Finding } from './report.ts';
import { roleKey } from './role.ts';

/** Tells every entry whose key another one took first. */
function duplicates<T>(entries: readonly T[], key: (entry: T) => string | undefined, why: (entry: T) => Finding) {
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    const name = key(entry);
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return [];
    }
    return [why(entry)];
  });
}

/** Names and ids that may stand only once. Logins are compared as sign-in compares them, usernames with e-mails too. */
export function clashes(plan: RealmPlan): Finding[] {
  const logins = plan.users.flatMap(({ username, email, path }) => {
    const name = { login: normaliseLogin(username), path: below(path, 'username'), username };
    const mail =
      email === undefined ? undefined : { login: normaliseLogin(email), path: below(path, 'email'), username };
    return mail === undefined || mail.login === name.login ? [name] : [name, mail];
  });
  const ids = (kind: string, entries: readonly { id?: string }[]) =>
    duplicates(
      entries.map((entry, index) => ({ ...entry, path: at(kind, index, 'id') })),
      ({ id }) => id,
      ({ path, id }) => ({ path, why: `the id ${id} stands twice` }),
    );
  return [
    ...duplicates(
      plan.clients,
      ({ clientId }) => clientId,
      ({ path, clientId }) => ({ path: below(path, 'clientId'), why: `there are two clients ${clientId}` }),
    ),
    ...duplicates(plan.roles, roleKey, ({ client, role }) => ({
      path: client === undefined ? at('roles', 'realm') : at('roles', 'client', client),
      why: `there are two roles ${role}`,
    })),
    ...duplicates(
      plan.groups,
      ({ path }) => path,
      ({ path }) => ({ path: at('groups'), why: `there are two groups ${path}` }),
    ),
    ...duplicates(
      logins,
      ({ login }) => login,
      ({ path, login }) => ({ path, why: `${login} is the username or e-mail address of another person` }),
    ),
    ...duplicates(
      plan.users.filter((user) => user.serviceAccountOf !== undefined),
      ({ serviceAccountOf }) => serviceAccountOf,
      ({ path, serviceAccountOf }) => ({
        path: below(path, 'serviceAccountClientId'),
        why: `${serviceAccountOf} has a service account already`,
      }),
    ),
    ...duplicates(
      plan.organizations,
      ({ name }) => name,
      ({ path, name }) => ({ path: below(path, 'name'), why: `there are two organizations ${name}` }),
    ),
    ...duplicates(
      plan.organizations,
      ({ alias }) => alias,
      ({ path, alias }) => ({ path: below(path, 'alias'), why: `there are two organizations with the alias ${alias}` }),
    ),
    ...duplicates(
      plan.organizations.flatMap(({ domains, path }) => domains.map(({ name }) => ({ name, path }))),
      ({ name }) => name,
      ({ name, path }) => ({ path: below(path, 'domains'), why: `the domain ${name} stands twice` }),
    ),
    ...duplicates(
      plan.scimConnections,
      ({ name }) => name,
      ({ path, name }) => ({ path: below(path, 'name'), why: `there are two connections ${name}` }),
    ),
    ...ids('clients', plan.clients),
    ...ids('users', plan.users),
    ...ids('organizations', plan.organizations),
    ...duplicates(
      plan.roles,
      ({ id }) => id,
      ({ id }) => ({ path: at('roles'), why: `the id ${id} stands twice` }),
    ),
    ...duplicates(
      plan.groups,
      ({ id }) => id,
      ({ id }) => ({ path: at('groups'), why: `the id ${id} stands twice` }),
    ),
  ];
}

/**
 * Follows every name that refers to something else in the file. Names of clients, groups and people have to exist. A
 * role that is only referred to is added to the plan, as Keycloak's import does, with a warning.
 */
export function resolveReferences(plan: RealmPlan, findings: Findings): void {
  const clients = new Set(plan.clients.map(({ clientId }) => clientId));
  const roles = new Set(plan.roles.map(roleKey));
  const groups = new Set(plan.groups.map(({ path }) => path));
  const people = new Set(plan.users.map(({ username }) => normaliseLogin(username)));

  function follow(refs: readonly RoleRef[], path: string): void {
    for (const ref of refs) {
      if (ref.client !== undefined && !clients.has(ref.client)) {
        findings.problems.push({ path, why: `there is no client ${ref.client} for the role ${ref.role}` });
      } else if (!roles.has(roleKey(ref))) {
        roles.add(roleKey(ref));
        plan.roles.push({ ...ref, attributes: {}, composites: [] });
        findings.warnings.push({ path, why: `the role ${ref.role} stands nowhere else; it is made` });
      }
    }
  }

  for (const client of new Set(plan.roles.flatMap((role) => role.client ?? []))) {
    if (!clients.has(client)) {
      findings.problems.push({ path: at('roles', 'client', client), why: `there is no client ${client}` });
    }
  }
  for (const role of [...plan.roles]) {
    follow(
      role.composites,
      below(role.client === undefined ? at('roles', 'realm') : at('roles', 'client', role.client), role.role),
    );
  }
  for (const group of plan.groups) follow(group.roles, at('groups', group.path));
  for (const user of plan.users) {
    follow(user.roles, user.path);
    for (const [index, group] of user.groups.entries()) {
      if (!groups.has(group)) {
        findings.problems.push({ path: below(user.path, 'groups', index), why: `there is no group ${group}` });
      }
    }
    if (user.serviceAccountOf !== undefined && !clients.has(user.serviceAccountOf)) {
      findings.problems.push({
        path: below(user.path, 'serviceAccountClientId'),
        why: `there is no client ${user.serviceAccountOf}`,
      });
    }
  }
  for (const { organization, path } of plan.scimConnections) {
    if (organization !== undefined && !plan.organizations.some(({ alias }) => alias === organization)) {
      findings.problems.push({ path: below(path, 'organization'), why: `there is no organization ${organization}` });
    }
  }
  for (const organization of plan.organizations) {
    for (const [index, member] of organization.members.entries()) {
      if (!people.has(normaliseLogin(member))) {
        findings.problems.push({
          path: below(organization.path, 'members', index),
          why: `there is no person ${member}`,
        });
      }
    }
  }
}
