import { customRegistry, type JsonObject, type ResourceType, userType } from '@sparekey/scim';
import { type Expression, type KnownPath, parseExpression } from '../../expression/parse.ts';
import { ExpressionError } from '../../expression/token.ts';
import type { AttributePath } from '../../mapping/attribute-path.ts';
import { type AccountMapping, type AccountRule, accountMapping } from './account.ts';
import { type ComputedRule, overlay, type ToldAccount } from './overlay.ts';
import { isComplex, knowsAttribute, readablePath, sourcePath, writablePath } from './paths.ts';
import { type AccountPlace, accountPlace, defaultServerMapping, type ServerMapping } from './rules.ts';

/** An attribute that is a field of the account under another name; the database keeps it in step, whatever door changes it. */
export type Reflected = AccountPlace &
  ({ readonly main: true } | { readonly path: readonly string[]; readonly exact: boolean });

/** How accounts are told to a directory with a mapping. */
export interface ToldMapping {
  readonly reflected: readonly Reflected[];
  /** Paths of what is made anew at each reading: it can be neither searched nor sorted by. */
  readonly computed: readonly AttributePath[];
  /** The resource with what is computed in its place. */
  overlay(resource: JsonObject, account: ToldAccount): JsonObject;
}

export interface CompiledServerMapping {
  readonly toAccount: AccountMapping;
  readonly told: ToldMapping;
}

export interface ServerMappingProblem {
  readonly path: readonly (string | number)[];
  readonly why: string;
}

const knowsAccount: KnownPath = ([root, ...rest]) => root === 'user' && accountPlace(rest.join('.')) !== undefined;

/** A mapping ready for use, and everything that is wrong with it, each with its place. */
export function compileServerMapping(
  mapping: ServerMapping,
  type: ResourceType = userType,
): CompiledServerMapping & { problems: readonly ServerMappingProblem[] } {
  const problems: ServerMappingProblem[] = [];
  const blame = (list: keyof ServerMapping, at: number, part: string, why: string) =>
    problems.push({ path: [list, at, part], why });
  const parsed = (list: keyof ServerMapping, at: number, text: string, knows: KnownPath): Expression | undefined => {
    try {
      return parseExpression(text, knows);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      blame(list, at, 'value', `at character ${error.position + 1}: ${error.message}`);
      return undefined;
    }
  };
  for (const list of ['toAccount', 'toResource'] as const) {
    const targets = (mapping[list] ?? []).map(({ target }) => target);
    targets.forEach((target, at) => {
      if (targets.indexOf(target) < at) blame(list, at, 'target', `${target} stands in the mapping already`);
    });
  }

  const accountRules = mapping.toAccount.flatMap(({ target, value }, at): AccountRule[] => {
    const place = accountPlace(target);
    if (place === undefined) blame('toAccount', at, 'target', 'is nothing of an account that a directory may decide');
    const expression = parsed('toAccount', at, value, knowsAttribute(type));
    return place === undefined || expression === undefined ? [] : [{ place, expression }];
  });
  if (!mapping.toAccount.some(({ target }) => target === 'username')) {
    problems.push({ path: ['toAccount'], why: 'no rule says `username`, without which there is no account' });
  }

  const reflected: Reflected[] = [];
  const computed: ComputedRule[] = [];
  if (mapping.toResource === undefined) reflected.push(...inverse(accountRules, type));
  (mapping.toResource ?? []).forEach(({ target, value }, at) => {
    const found = writablePath(target, type);
    if (found === undefined) blame('toResource', at, 'target', 'is no attribute of a person that may be told');
    const expression = parsed('toResource', at, value, knowsAccount);
    if (found === undefined || expression === undefined) return;
    const place = expression.kind === 'path' ? accountPlace(expression.steps.slice(1).join('.')) : undefined;
    if (place !== undefined && found.steps !== undefined) {
      reflected.push({ ...place, path: found.steps, exact: found.exact });
    } else computed.push({ path: found.path, type: found.attribute.type, expression });
  });
  return {
    toAccount: accountMapping(accountRules),
    told: { reflected, computed: computed.map(({ path }) => path), overlay: overlay(computed) },
    problems,
  };
}

/** What is only renamed on its way in has one way back. */
function inverse(rules: readonly AccountRule[], type: ResourceType): readonly Reflected[] {
  return rules.flatMap(({ place, expression }): Reflected[] => {
    if (isMainEmail(place, expression)) return [{ ...place, main: true }];
    const steps = sourcePath(expression);
    const found = steps === undefined ? undefined : readablePath(steps, type);
    return found === undefined || isComplex(found) ? [] : [{ ...place, path: found.steps, exact: found.exact }];
  });
}

function isMainEmail(place: AccountPlace, expression: Expression): boolean {
  if (!('field' in place) || place.field !== 'email' || expression.kind !== 'call' || expression.name !== 'main')
    return false;
  const [operand] = expression.operands;
  return operand?.kind === 'path' && operand.steps.join('.') === 'scim.emails';
}

/** How a resource becomes an account where nothing else is decided. */
export const defaultAccountMapping: AccountMapping = compileServerMapping(defaultServerMapping).toAccount;

/** How accounts are told under these settings; undefined where no mapping was decided. */
export function toldOf({
  types,
  mapping,
}: {
  types: unknown;
  mapping?: ServerMapping | undefined;
}): ToldMapping | undefined {
  return mapping === undefined ? undefined : compileServerMapping(mapping, personOf(types)).told;
}

/** The type of people with the extensions of a connection. */
export function personOf(types: unknown): ResourceType {
  const made = customRegistry(types);
  return 'problems' in made ? userType : (made.registry.byName('User') ?? userType);
}
