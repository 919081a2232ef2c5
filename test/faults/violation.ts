// A violation of an invariant.

export interface Violation {
  /** Stable name of the invariant; the text may change. */
  readonly rule: string;
  readonly text: string;
}
