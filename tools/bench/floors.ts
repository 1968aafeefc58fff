/** What must hold, as ratios within one run; the figures are those of the performance goals in docs/performance.md. */
export interface Floor {
  operation: string;
  what: 'cpu' | 'throughput';
  /** Ours over this server. */
  against: string;
  /** Ratio of ours to the other: at most for CPU, at least for throughput. */
  limit: number;
}

export const floors: readonly Floor[] = [
  { operation: 'discovery + JWKS', what: 'cpu', against: 'bare', limit: 0.5 },
  { operation: 'code flow', what: 'cpu', against: 'bare', limit: 1.35 },
  { operation: 'code flow', what: 'throughput', against: 'naive', limit: 2.5 },
  { operation: 'refresh', what: 'throughput', against: 'bare', limit: 0.6 },
  { operation: 'introspection', what: 'throughput', against: 'bare', limit: 0.6 },
  { operation: 'client credentials', what: 'throughput', against: 'bare', limit: 0.6 },
];
