/** What the flows read of the contract's views; the whole of them is the contract's business. */
export interface Batch {
  readonly batch: string;
  readonly state: string;
  readonly counts: Readonly<
    Record<'total' | 'ready' | 'held' | 'made' | 'inMachine' | 'rejected' | 'looksOutstanding', number>
  >;
  readonly trouble: { readonly code: string; readonly text: string; readonly next: string } | null;
}

export interface Approval {
  readonly approval: string;
  readonly statement: string;
  readonly statementDigest: string;
  readonly state: string;
}

export interface Line {
  readonly line: string;
  readonly state: string;
  readonly batch: string | null;
  readonly card: {
    readonly attempt: string;
    readonly order: string;
    readonly step: string;
    readonly stepProgress: number | null;
    readonly stepSince: string;
  } | null;
  readonly fault: {
    readonly code: string;
    readonly text: string;
    readonly choices: readonly { readonly choice: string }[];
  } | null;
}

export interface Attempt {
  readonly attempt: string;
  readonly order: string;
  readonly line: string;
  readonly chipSerial: string | null;
  readonly disposition: string | null;
  readonly reason: string | null;
}

export interface Balance {
  readonly fed: number;
  readonly good: number;
  readonly rejected: number;
  readonly spoiled: number;
  readonly missing: number;
  readonly returned: number;
  readonly inMachine: number;
  readonly difference: number;
  readonly obstacles: readonly { readonly code: string; readonly text: string }[];
}
