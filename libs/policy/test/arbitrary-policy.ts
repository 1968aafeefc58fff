import fc from 'fast-check';
import { z } from 'zod';
import {
  type Policy,
  type PolicyOverride,
  type PolicySetting,
  policySchema,
  policySettings,
  withValueAt,
} from '../src/index.ts';

interface JsonSchema {
  type?: string;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
  items?: JsonSchema;
  minItems?: number;
}

/** Any value a setting accepts, made from its own schema. */
function anyValue({ path, schema }: PolicySetting): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  if (json.enum !== undefined) return fc.constantFrom(...json.enum);
  if (json.type === 'boolean') return fc.boolean();
  if (json.type === 'integer') return fc.integer({ min: json.minimum ?? 0, max: json.maximum ?? 0 });
  if (json.type === 'array') {
    const entry = json.items?.enum
      ? fc.constantFrom(...json.items.enum)
      : fc.constantFrom('admin', 'auditor', 'editor');
    return fc.uniqueArray(entry, { minLength: json.minItems ?? 0, maxLength: 4 });
  }
  if (path === 'secondFactor.clientAcr') {
    const acr = fc.constantFrom('urn:sparekey:acr:1fa', 'urn:sparekey:acr:mfa', 'phr');
    return fc.dictionary(fc.constantFrom('console', 'payroll', 'toString'), acr);
  }
  throw new Error(`say here what values ${path} takes`);
}

/** Some of the settings, each with any value it accepts. */
function some(settings: readonly PolicySetting[]): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .subarray([...settings])
    .chain((chosen) =>
      fc.tuple(...chosen.map((setting) => anyValue(setting).map((value) => [setting, value] as const))),
    )
    .map((pairs) =>
      pairs.reduce<Record<string, unknown>>((tree, [{ path }, value]) => withValueAt(tree, path, value), {}),
    );
}

/** A policy a realm may have. What contradicts itself is put right by leaving sections out. */
export const anyPolicy: fc.Arbitrary<Policy> = some(policySettings).map((tree) => {
  const whole = policySchema.safeParse(tree);
  if (whole.success) return whole.data;
  const wrong = new Set(whole.error.issues.map(({ path }) => String(path[0])));
  return policySchema.parse(Object.fromEntries(Object.entries(tree).filter(([section]) => !wrong.has(section))));
});

/** What an organization may decide. */
export const anyOverride: fc.Arbitrary<PolicyOverride> = some(
  policySettings.filter(({ strictness }) => strictness !== undefined),
).map((tree) => tree as PolicyOverride);
