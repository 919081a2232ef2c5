// The catalog of GitHub's faults: each kind by its name, the requests it can strike, and whether a run must survive it.

import type { GitHubFault, RequestKind } from '../support/github-contents.ts';
import type { Echo } from './echo.ts';

type Effect = Omit<GitHubFault, 'on'>;

/** What faults can do besides their response. */
export interface GitHubStage {
  readonly echo: Echo;
  /** Another job writes an upload to the branch. */
  readonly writeAsAnotherJob: () => void;
  readonly deleteBranch: () => void;
}

export interface GitHubFaultKind {
  readonly on: readonly RequestKind[];
  /** One or two of them must not keep a run from reading or writing the branch. */
  readonly isTransient: boolean;
  /** Needs a branch that exists from the start: without one, the earlier uploads are in the workspace. */
  readonly needsBranch?: boolean;
  readonly make: (stage: GitHubStage) => Effect;
}

const READS = ['list refs', 'list commits', 'read contents', 'read blob'] as const;
const CREATIONS = ['create blob', 'create tree', 'create commit', 'create ref'] as const;
const ANY = [...READS, ...CREATIONS, 'write contents'] as const;
const LATE = ['create ref', 'write contents'] as const;

function answers(status: number, message: string, headers: Record<string, string> = {}): Effect {
  return { response: { status, headers, body: JSON.stringify({ message, status: String(status) }) } };
}

const LIMIT = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

/** A kind that a run must survive. */
const transient = (on: readonly RequestKind[], make: GitHubFaultKind['make']): GitHubFaultKind => ({
  ...{ on, make },
  isTransient: true,
});
const lasting = (on: readonly RequestKind[], effect: Effect): GitHubFaultKind => ({
  on,
  make: () => effect,
  isTransient: false,
});

const KINDS: Readonly<Record<string, GitHubFaultKind>> = {
  409: transient(['write contents'], () => answers(409, 'linkedin.json does not match 0123456789abcdef')),
  '409-race': transient(['write contents'], () => answers(409, 'is at 0123456789 but expected 9876543210')),
  422: transient(['write contents'], () => answers(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')),
  'other-job': transient(LATE, ({ writeAsAnotherJob }) => ({ meanwhile: writeAsAnotherJob })),
  'other-job-first': {
    ...transient(ANY, ({ writeAsAnotherJob }) => ({ meanwhile: writeAsAnotherJob })),
    needsBranch: true,
  },
  'branch-deleted': transient(['write contents'], ({ deleteBranch }) => ({ meanwhile: deleteBranch })),
  limited: transient(ANY, () => answers(403, LIMIT, { 'retry-after': '20' })),
  'limited-429': transient(ANY, () => answers(429, 'Too many requests', { 'retry-after': '7' })),
  'limited-long': lasting(ANY, answers(403, LIMIT, { 'retry-after': '90' })),
  'limited-bare': lasting(ANY, answers(403, LIMIT)),
  spent: lasting(ANY, answers(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0' })),
  denied: lasting(ANY, answers(403, 'Resource not accessible by integration')),
  unauthorized: lasting(ANY, answers(401, 'Bad credentials')),
  hidden: lasting(['list refs', 'read blob', ...CREATIONS, 'write contents'], answers(404, 'Not Found')),
  protected: lasting(LATE, answers(422, 'Repository rule violations found\n\nCannot create ref.\n')),
  500: transient(ANY, () => answers(500, 'Server Error')),
  502: transient(ANY, () => ({ response: { status: 502, body: '<html>Bad Gateway</html>' } })),
  '503-seconds': transient(ANY, () => answers(503, 'Unavailable', { 'retry-after': '12' })),
  'cut-json': transient([...READS, 'create blob'], () => ({ response: { status: 200, body: '{"sha":"01' } })),
  redirect: lasting(ANY, { response: { status: 307, headers: { location: 'https://elsewhere.invalid/' } } }),
  echo: transient(ANY, ({ echo }) => ({
    response: {
      status: 502,
      headers: {
        location: `https://${echo.secret()}.elsewhere.invalid/`,
        'x-github-request-id': echo.secret(),
      },
      body: echo.encode({ message: `no use for ${echo.secret()}`, errors: [{ message: echo.secret() }] }),
    },
  })),
  'echo-denied': {
    on: ANY,
    isTransient: false,
    make: ({ echo }) => ({
      response: { status: 403, body: echo.encode({ message: `${echo.secret()} may not do this` }) },
    }),
  },
  reset: transient(ANY, () => ({ breaks: 'before' })),
  'lost-response': transient(ANY, () => ({ breaks: 'after' })),
  'cut-answer': transient(ANY, () => ({ isCut: true })),
  hang: lasting(ANY, { until: new Promise(() => {}) }),
  'hang-in-answer': lasting(ANY, { isSilent: true }),
};

export const GITHUB_FAULT_KINDS: readonly string[] = Object.keys(KINDS);

export function gitHubKindOf(name: string): GitHubFaultKind {
  const kind = KINDS[name];
  if (kind === undefined) throw new RangeError(`no fault of GitHub is called ${name}`);
  return kind;
}
