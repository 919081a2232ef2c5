// A broken invariant, as the checks tell it.

export interface Breach {
  /** Its name, which stays when the words change. */
  readonly rule: string;
  readonly text: string;
}
