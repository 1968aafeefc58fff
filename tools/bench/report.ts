import { type Floor, floors } from './floors.ts';
import { median, pairedRatio, type Samples } from './measure.ts';

const pad = (text: string, width: number) => text.padStart(width);

/** Both sides of every operation: CPU of the server process for one operation, and operations a second. */
export function tableOf(samples: Samples, servers: readonly string[]): string {
  const lines = [['operation', ...servers.flatMap((name) => [`${name} ms`, `${name} /s`])]];
  for (const [operation, byServer] of Object.entries(samples)) {
    const cells = servers.flatMap((name) => {
      const taken = byServer[name] ?? [];
      return [median(taken.map((s) => s.cpuMs)).toFixed(3), median(taken.map((s) => s.perSecond)).toFixed(0)];
    });
    lines.push([operation, ...cells]);
  }
  return aligned(lines);
}

export interface Verdict {
  floor: Floor;
  ratio: number;
  met: boolean;
}

/** Paired medians against the floors that this run can judge. */
export function judge(samples: Samples): Verdict[] {
  return floors.flatMap((floor) => {
    const ours = samples[floor.operation]?.ours;
    const other = samples[floor.operation]?.[floor.against];
    if (ours === undefined || other === undefined) return [];
    const pick = floor.what === 'cpu' ? 'cpuMs' : 'perSecond';
    const ratio = pairedRatio(
      ours.map((sample) => sample[pick]),
      other.map((sample) => sample[pick]),
    );
    return [{ floor, ratio, met: floor.what === 'cpu' ? ratio <= floor.limit : ratio >= floor.limit }];
  });
}

export function verdictLines(verdicts: readonly Verdict[]): string {
  return aligned([
    ['floor', 'ratio', 'limit', ''],
    ...verdicts.map(({ floor, ratio, met }) => [
      `${floor.operation}: ${floor.what} of ours / ${floor.against}`,
      ratio.toFixed(2),
      `${floor.what === 'cpu' ? '≤' : '≥'} ${floor.limit}`,
      met ? 'met' : 'MISSED',
    ]),
  ]);
}

export function aligned(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : pad(cell, widths[i] ?? 0))).join('  '))
    .join('\n');
}
