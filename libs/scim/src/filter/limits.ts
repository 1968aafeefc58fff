/** Bounds that hold before anything is parsed, so that no filter can cost a stack or a second. */
export const filterLimits = { characters: 2048, depth: 10, terms: 100 } as const;
