// The times of a claim on a post or a first comment. No run may take over a claim while its request can still have an effect:
//
//   SEND_LIMIT_MS (claim → first request) + SEND_LIMIT_MS (first request → retry) < CLAIM_TTL_MS
//   WAIT_LIMIT_MS <= CLAIM_TTL_MS <= IDENTICAL_POST_WINDOW_MS

const MINUTE_MS = 60_000;

/** No request starts later than this after the claim, and no retry later than this after the first request. */
export const SEND_LIMIT_MS = 4 * MINUTE_MS;

/** How long one run waits for the claim of another. */
export const WAIT_LIMIT_MS = 6 * MINUTE_MS;

/** The claim of another run is active for this long. */
export const CLAIM_TTL_MS = 10 * MINUTE_MS;

/** Requests of a claim that is older than another by this have had their effect before the other. */
export const IDENTICAL_POST_WINDOW_MS = 10 * MINUTE_MS;
