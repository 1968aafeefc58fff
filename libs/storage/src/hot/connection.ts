/** One statement was answered (or failed) after so many seconds on the wire. */
export type OnStatement = (name: string, seconds: number) => void;
