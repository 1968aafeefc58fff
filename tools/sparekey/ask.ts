import { createInterface } from 'node:readline/promises';

/**
 * One line of a secret that must not stand in the arguments, where every process of the host could read it: asked for on
 * a terminal, else the first line of standard input.
 */
export async function askSecret(question: string): Promise<string> {
  const terminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, ...(terminal ? { output: process.stderr } : {}) });
  try {
    if (terminal) return (await lines.question(question)).trim();
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}
