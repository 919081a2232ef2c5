// Every failure this action can name: its class says who can act, its code what happened, its hint what to do.
// A leaf: imports nothing, open to every room.

/** What to do about each failure. Feeds annotations, the summary and the README's table; its keys are the codes. */
export const HINTS = {
  INPUT_MISSING: 'Set the input in the `with:` block of the step.',
  TOKEN_MISSING:
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the workflow's own, to be copied.
    'Check that a secret of exactly the name in the workflow exists: a misspelt one is empty. Or the `with:` block of the step lacks `access-token: ${{ secrets.LINKEDIN_ACCESS_TOKEN }}`. Pull requests from forks get no secrets: use `mode: plan` or `mode: simulate` there.',
  INPUT_INVALID:
    'Correct the value in the `with:` block of the step, or in the secret or variable that it comes from.',
  FILES_NOT_FOUND:
    'Make the patterns in `files` fit what the workspace holds: one a line, relative to it. `if-no-files-found: warn` lets an empty match pass.',
  WORKSPACE_EMPTY: 'Add actions/checkout before this step, or what else brings the files.',
  FILES_TOO_MANY:
    'Narrow the patterns in `files` and `release-assets`, or raise `max-files` if so many are meant.',
  RELEASE_NOT_FOUND:
    'Set `release-tag` to the tag of a published release: a draft is not found by its tag. In a private repository the job also needs `permissions: contents: read`.',
  RELEASE_UNMATCHED:
    'Compare the patterns in `release-assets` with the names of the assets, which each matches as a whole; `if-no-files-found: warn` lets an empty match pass.',
  ASSET_UNFINISHED:
    'Let the job that uploads the assets end before this one starts (`needs:`); an upload that broke off has to be done again.',
  ASSET_DIFFERS:
    'Run the job again; if it persists, upload the asset to the release anew: these are not the bytes that GitHub lists.',
  ASSET_UNREACHED:
    'Run the job again; www.githubstatus.com tells of outages. Check the disk space and the proxy of the runner if it persists.',
  GITHUB_DENIED:
    'Give the job `permissions: contents: read`, or set `github-token` to a token that may read the repository.',
  GITHUB_FAILED:
    'Run the job again; www.githubstatus.com tells of outages. Check the network and the proxy of the runner if it persists.',
  FILE_EMPTY: 'Commit the real file, or exclude it with a `!` pattern.',
  FILE_TRUNCATED: 'Export the file again: its end is missing, often after a broken copy or download.',
  FILE_UNREADABLE: 'Check permissions and disk of the file, and that no earlier step moves or deletes it.',
  FILE_CHANGED: 'Let the step that writes the file finish before this one starts.',
  FILE_LFS_POINTER: 'Add `lfs: true` to actions/checkout, so that Git LFS brings the real file.',
  FILE_TYPE: 'Send a JPG, PNG or GIF picture or an MP4 video, or exclude the file with a `!` pattern.',
  FILE_PIXELS: 'Make the picture smaller, so that it fits into 6000 x 6000 pixels, say.',
  FILE_FRAMES: 'Shorten the animation to 250 frames, or send it as an MP4 video.',
  FILE_RECIPE: 'Use the recipe named in the message, or leave `recipe` at `auto`.',
  FILE_SIDECAR:
    'Correct or remove the file beside the video; captions are SubRip text (.srt), a thumbnail is a PNG or JPG.',
  MANIFEST_INVALID:
    'Check the path in `manifest`. If it names the right file, restore that from its last good copy, or delete it: the next run then starts a new one, and uploads anew.',
  MANIFEST_WRITE:
    'Check the permissions and the disk space of the folder of `manifest`; the URNs are in the log and in `results`.',
  NETWORK_FAILED: 'Check the network and proxy of the runner, then run the job again.',
  NETWORK_TIMEOUT:
    'Run the job again; if it persists, check the proxy of the runner and www.linkedin-apistatus.com.',
  TLS_FAILED:
    'If the runner is behind a proxy that opens TLS, or LinkedIn behind a gateway of yours, set NODE_EXTRA_CA_CERTS to the file of its certificate authority; check the clock of the runner too. Where no TLS is spoken, check the host and port of `api-url` and of the proxy.',
  TLS_UNCHECKED:
    'Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment of the step; a certificate authority of your own goes into NODE_EXTRA_CA_CERTS.',
  PROXY_INVALID:
    'Write the proxy of the runner as http://host:port, user and password percent-encoded where they hold other signs than letters and digits.',
  PROXY_REFUSED:
    'Give the user and the password of the proxy in https_proxy (http://user:password@host:port), and let api.linkedin.com:443 and www.linkedin.com:443 through it.',
  HTTP_UNEXPECTED:
    'Check `api-url` and any proxy between the runner and LinkedIn: this is not how LinkedIn answers.',
  TOKEN_REFUSED:
    'Renew `access-token`: LinkedIn tokens live 60 days, and this one is expired, revoked or of another app.',
  REFRESH_REFUSED:
    'Let the member authorize the app again and store the new `refresh-token`: LinkedIn ends them after 365 days or when they are revoked, and gives them to approved apps alone. Or give an `access-token` in place of it.',
  CLIENT_REFUSED:
    'Set `client-id` and `client-secret` to those on the Auth tab of the app that the token is of, at www.linkedin.com/developers/apps.',
  ACCESS_DENIED:
    'The token needs the scope, and its member the role, for this `owner`: w_member_social for a person; w_organization_social and an admin or content role for an organization; rw_ads for an ad account. Check the id in `owner` too: LinkedIn may refuse a wrong one in the same way.',
  VERSION_INACTIVE: 'Set `linkedin-version` (YYYYMM) to an active version: this one is retired or too new.',
  MEMBER_RESTRICTED:
    'LinkedIn restricts the account of the member behind the token: that member must solve it on linkedin.com.',
  LIMIT_REACHED: 'Run the job again later, with a lower `concurrency`.',
  DAILY_LIMIT:
    "LinkedIn's daily limits reset at 00:00 UTC; run the job again after that, or ask LinkedIn for a higher tier.",
  RETRIES_SPENT:
    'LinkedIn or the network fails too often to go on; run the job again later. www.linkedin-apistatus.com tells of outages.',
  VALUE_REFUSED: 'Check `owner`, `recipe` and `linkedin-version` against the field that LinkedIn names.',
  REQUEST_REFUSED:
    "LinkedIn's message says what it refused, where it gave one: check `owner` and `recipe` against it, and the file where it refused the upload.",
  SERVER_FAILED: 'Run the job again later; www.linkedin-apistatus.com tells of outages.',
  REPLY_SHAPE:
    'LinkedIn changed its answer or something between answered in its place; please report this with the log.',
  UPLOAD_ADDRESS: 'Please report this with the log: media and token go to LinkedIn alone.',
  UPLOAD_EXPIRED:
    'Run the job again, with fewer files or a lower `concurrency` if uploads wait long for their turn.',
  UPLOAD_INCOMPLETE: 'Run the job again: LinkedIn did not take the whole file.',
  PART_PLAN: 'Run the job again, and report this with the log if it persists.',
  ETAG_MISSING: 'Run the job again: without a receipt for each part LinkedIn cannot put them together.',
  MEDIA_REJECTED: 'Check the format, codec and size of the file, and export it again.',
  PROCESSING_FAILED: 'Run the job again; if it persists, export the file again.',
  ASSET_WITHDRAWN: 'The asset exists but may not be served; look at the owner page on LinkedIn for a reason.',
  PROCESSING_TIMEOUT:
    'The file is uploaded and its URN is in `results`; raise `wait-minutes`, or set it to 0 and check the URN later.',
  RUN_STOPPED: 'Solve the error that stopped the run, then run the job again.',
  RUN_CANCELLED: 'Run the job again; `results` holds what was uploaded until then.',
  OUTPUT_FAILED: 'Check the disk space and the GITHUB_OUTPUT file of the runner; the URNs are in the log.',
  INTERNAL: 'This is a bug of the action: please report it with the log.',
} as const satisfies Record<string, string>;

export type Code = keyof typeof HINTS;

/** What was asked of the other side when it failed, and how far that went. */
export interface CallFacts {
  readonly phase: Phase;
  readonly repeat: Repeat;
  /** How much of the request had left: what never left was never heard. */
  readonly sent: 'nothing' | 'some' | 'all';
}

/** What a request is for: named in every error, and the unit of retry rules. */
export type Phase = 'register' | 'upload' | 'complete' | 'status' | 'token';

/** The phases in words. */
export const PHASE_NAMES: Record<Phase, string> = {
  register: 'the registration',
  upload: 'the upload',
  complete: 'the completion of the upload',
  status: 'the status request',
  token: 'the request for the token',
};

/**
 * Whether a request may be sent again after a failure: `freely`, only `after-probe` (its answer may be lost while
 * its effect is not), or `sparingly` (each repeat may leave something behind). Decided where the call is made.
 */
export type Repeat = 'freely' | 'after-probe' | 'sparingly';

interface Details {
  cause?: unknown;
  call?: CallFacts | undefined;
  /** What LinkedIn had already given when this failed; never lost. */
  urn?: string;
}

/** The base of all: a code, a message without secrets or URL queries, and the cause. */
export class ActionError extends Error {
  readonly code: Code;
  readonly urn: string | undefined;
  /** The call that failed; undefined when none was made. */
  readonly call: CallFacts | undefined;

  constructor(code: Code, message: string, details: Details = {}) {
    super(redact(message), details.cause === undefined ? {} : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.urn = details.urn;
    this.call = details.call;
  }

  get hint(): string {
    return HINTS[this.code];
  }
}

/** The workflow author can act: one input is wrong. `input` is its name in action.yml. */
export class InputError extends ActionError {
  readonly input: string;

  constructor(code: Code, input: string, message: string) {
    super(code, message);
    this.input = input;
  }
}

/** The workflow author can act: a variable of the environment is wrong, and `input` is its name. */
export class VariableError extends InputError {}

/** All faults of the inputs, reported together. */
export class InputFaults extends ActionError {
  readonly faults: readonly InputError[];

  constructor(faults: readonly InputError[]) {
    super('INPUT_INVALID', faults.map((fault) => `${fault.input}: ${fault.message}`).join('; '));
    this.faults = faults;
  }
}

/** The owner of the file can act: this file cannot be sent as it is. */
export class FileError extends ActionError {}

/** The network did not carry the request or its answer. */
export class NetworkError extends ActionError {}

/** Something answered in HTTP, but not as LinkedIn does. */
export class HttpError extends ActionError {
  readonly status: number;

  constructor(code: Code, message: string, details: Details & { status: number }) {
    super(code, message, details);
    this.status = details.status;
  }
}

/** GitHub refused or failed, or the place where it keeps the bytes of its assets. */
export class GitHubError extends ActionError {
  /** 0 when there was no answer. */
  readonly status: number;
  /** How long to wait at least before the next try; null when another is of no use. */
  readonly retryAfterMs: number | null;

  constructor(
    code: Code,
    message: string,
    details: Details & { status: number; retryAfterMs: number | null },
  ) {
    super(code, message, details);
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** LinkedIn refused or failed, in its own words. */
export class LinkedInError extends HttpError {
  /** How long it asks to wait before the next try; null when it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: Code,
    message: string,
    details: Details & { status: number; retryAfterMs?: number | null },
  ) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** An answer of LinkedIn lacks what it promises; the message names the field. */
export class ReplyShapeError extends ActionError {}

/** The upload itself went wrong: addresses, parts, receipts, processing. */
export class UploadError extends ActionError {}

/** The run ended before this file's turn, or in the middle of it. */
export class RunError extends ActionError {}

/** `thrown` itself if it is an ActionError, else INTERNAL: a bug, which is reported without its stack. */
export function asActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new ActionError('INTERNAL', `unexpected ${text}`, { cause: thrown });
}

/** Removes bearer tokens, and of every URL the user and the query: upload addresses are credentials. */
export function redact(text: string): string {
  return text
    .replace(/\b(?:Bearer\s+)+[^\s"',;]+/gi, 'Bearer [redacted]')
    .replace(/(\bhttps?:\/\/)[^\s/"'<>@]+@/gi, '$1[redacted]@')
    .replace(/(\bhttps?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, '$1?[redacted]');
}
