import { generateSealedCodes, MAX_SEALED_CODES, MIN_SEALED_CODES } from '@sparekey/realms';
import { breakGlassOn, DEFAULT_REALM } from '../break-glass.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { operatorNameOf, operatorOption } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const breakGlassGenerate: Command = {
  name: 'break-glass generate',
  operands: ['[REALM]'],
  summary: 'Makes sealed codes for the day on which no administrator can get in',
  details: [
    'They are printed here, once, and kept as verifiers only. Print them, seal each in an envelope of its own, and lock the envelopes away from this host. REALM is `master` unless named.',
  ],
  options: {
    operator: operatorOption,
    count: { value: 'N', about: `How many: ${MIN_SEALED_CODES} to ${MAX_SEALED_CODES}, by default 5` },
    replace: { about: 'Ends the codes that are there' },
  },
  async run(invocation) {
    const { operands, output, value, flag } = invocation;
    const [name = DEFAULT_REALM] = operands;
    const operator = operatorNameOf(invocation, breakGlassGenerate);
    const count = Number(value('count') ?? 5);
    if (!Number.isInteger(count) || count < MIN_SEALED_CODES || count > MAX_SEALED_CODES) {
      throw new UsageError(
        `--count takes a whole number from ${MIN_SEALED_CODES} to ${MAX_SEALED_CODES}.`,
        breakGlassGenerate,
      );
    }
    const { codes, replaced } = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      return generateSealedCodes(breakGlassOn(storage), { realm, count, replace: flag('replace'), operator });
    });
    if (output.json) output.print(JSON.stringify({ realm: name, codes, replaced }, undefined, 2));
    else output.print(codes.map((code, index) => `${String(index + 1).padStart(2)}  ${code}`).join('\n'));
    output.note('Nobody can read these codes again. Each opens everything, once, for who holds it and this host.');
    return 0;
  },
};
