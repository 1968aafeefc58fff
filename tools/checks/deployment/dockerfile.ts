export interface Instruction {
  name: string;
  /** As written, with continued lines joined. */
  text: string;
}

/** The instructions of a Dockerfile in order, without comments. */
export function readDockerfile(text: string): Instruction[] {
  return text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .map((line) => {
      const space = line.indexOf(' ');
      return { name: line.slice(0, space).toUpperCase(), text: line.slice(space + 1) };
    });
}

/** The words of an instruction in exec form (`["node", "main.ts"]`), at the end of its text. */
export function execForm({ text }: Instruction): string[] {
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}
