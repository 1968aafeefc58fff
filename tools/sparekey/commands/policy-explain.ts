import { AppError } from '@sparekey/contracts';
import { effectivePolicy, secondFactorRequirement } from '@sparekey/policy';
import { type Command, UsageError } from '../command.ts';
import { spelled } from '../policy-target.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { realmOf } from './realm-of.ts';

export const policyExplain: Command = {
  name: 'policy explain',
  operands: ['REALM'],
  summary: 'Tells which policy a person is under, and where each setting comes from',
  details: [
    'Of each setting the strictest counts that the realm or one of the organizations of the person decided. At the end stands whether the person must hold a second factor, and why.',
  ],
  options: { user: { value: 'NAME', about: 'Username or e-mail address of the person' } },
  async run({ operands: [name = ''], value, output }) {
    const login = value('user');
    if (login === undefined) throw new UsageError('--user is missing.', policyExplain);
    const { policy, explain, organizations, roles } = await withStorage(async ({ storage }) => {
      const { stores } = storage;
      const realm = await realmOf(storage, name);
      const user = await stores.users.byLogin(realm.id, login);
      const claims = user && (await stores.users.claims(realm.id, user.id));
      if (claims === undefined) throw new AppError('not_found', `There is nobody called ${login} in ${name}`);
      const ids = Object.values(claims.organizations);
      const deciding = (await stores.policies.overrides(realm.id)).filter(({ id }) => ids.includes(id));
      return {
        ...effectivePolicy(
          realm.policy,
          deciding.map(({ alias, override }) => ({ name: alias, override })),
        ),
        organizations: Object.keys(claims.organizations),
        roles: claims.realmRoles,
      };
    });
    const requirement = secondFactorRequirement(policy, roles);
    if (output.json) {
      const required = requirement ?? null;
      output.print(JSON.stringify({ policy, explain, organizations, secondFactorRequired: required }, undefined, 2));
      return 0;
    }
    output.print(
      table(
        ['setting', 'value', 'from', 'why'],
        Object.entries(explain).map(([path, { value: decided, from, why }]) => [path, spelled(decided), from, why]),
      ),
    );
    const why = requirement?.by === 'role' ? `of the role ${requirement.role}` : 'everyone must';
    output.note(
      requirement === undefined
        ? `${login} need not hold a second factor; who holds one is asked for it.`
        : `${login} must hold a second factor, because ${why}.`,
    );
    return 0;
  },
};
