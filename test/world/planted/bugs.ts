// Bugs that the campaign must find. Each wraps something that a program is given, and counts how often it struck: a bug that
// never strikes has lost its place.

import type { Dispatcher } from 'undici';
import { blobSha } from '../../../src/github/git-blob.ts';
import type { Run } from '../../../src/run.ts';
import { readBody, type SandboxRequest } from '../../../src/sandbox/messages.ts';
import { type Answer, SandboxDispatcher } from '../../support/sandbox-dispatcher.ts';
import type { Program } from '../runner.ts';

export interface PlantedBug {
  readonly name: string;
  readonly program: Program;
  /** The invariant that it breaks. */
  readonly rule: string;
  readonly plant: Plant;
}

/** `strike` is called each time the bug changes something. */
type Plant = (runtime: Run, strike: () => void) => Run;

interface MemoryFile {
  uploads: { state: string; checkedAt?: string; updatedAt: string }[];
  posts?: Record<
    string,
    { state: string; run?: string; urn?: string; seen: string[]; editing?: object }
  >;
}

function isMemoryWrite({ method, path }: Sent): boolean {
  return method === 'PUT' && path.includes('/contents/');
}

function contentOf(body: Uint8Array | string): Buffer {
  return Buffer.from(JSON.parse(body.toString()).content, 'base64');
}

/** In the body of a write. */
function memoryIn(body: Uint8Array | string): MemoryFile {
  return JSON.parse(contentOf(body).toString());
}

/** The body of a write of contents. */
function writeOf(memory: MemoryFile, body: object): Buffer {
  const content = Buffer.from(JSON.stringify(memory)).toString('base64');
  return Buffer.from(JSON.stringify({ ...body, content }));
}

/** As if GitHub had stored the file. */
function stored({ bytes: body }: Sent): Answer {
  const sha = blobSha(contentOf(body));
  const text = JSON.stringify({ content: { sha }, commit: { sha } });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: text };
}

function isMemoryRead({ method, path }: Sent, { status }: Answer): boolean {
  return method === 'GET' && path.includes('/contents/') && status === 200;
}

/** A write of another memory. */
function writing(memory: MemoryFile, sent: Sent): Sent {
  return { ...sent, bytes: writeOf(memory, JSON.parse(sent.bytes.toString())) };
}

/** The posts that are claimed in a memory. */
function claimsIn({ posts = {} }: MemoryFile): string[] {
  return Object.keys(posts).filter((key) => posts[key]?.state === 'sending');
}

const claimAfterPost: Plant = (runtime, strike) => {
  let claimed: readonly string[] = [];
  let held: Sent | null = null;
  return intercept(runtime, async (sent, forward) => {
    if (isMemoryWrite(sent)) {
      const before = claimed;
      claimed = claimsIn(memoryIn(sent.bytes));
      if (claimed.every((key) => before.includes(key))) return await forward(sent);
      strike();
      held = sent;
      return stored(sent);
    }
    const answer = await forward(sent);
    if (held !== null && sent.method === 'POST' && sent.path.startsWith('/rest/posts')) {
      const late = held;
      held = null;
      await forward(late);
    }
    return answer;
  });
};

const lostWithdrawal: Plant = (runtime, strike) => {
  let claimed: readonly string[] = [];
  return intercept(runtime, async (sent, forward) => {
    if (!isMemoryWrite(sent)) return await forward(sent);
    const memory = memoryIn(sent.bytes);
    const isWithdrawal = claimed.some((key) => memory.posts?.[key] === undefined);
    claimed = claimsIn(memory);
    if (!isWithdrawal) return await forward(sent);
    strike();
    return stored(sent);
  });
};

const hiddenRepeat: Plant = (runtime, strike) =>
  intercept(runtime, (sent, forward) =>
    forward(sent).catch((error) => {
      if (!/action=(registerUpload|initializeUpload)/.test(sent.path)) throw error;
      strike();
      return forward(sent);
    }),
  );

const tokenInError: Plant = (runtime, strike) => {
  const token = runtime.env['INPUT_ACCESS-TOKEN'];
  const error: Run['logger']['error'] = (text, place) => {
    if (text.includes('(503)')) strike();
    runtime.logger.error(text.replace('(503)', `(503 for ${token})`), place);
  };
  return { ...runtime, logger: { ...runtime.logger, error } };
};

/** Changes the output `results` on its way to the log. */
function withResults(runtime: Run, change: (text: string) => string): Run {
  const name = 'output results: ';
  const info = (text: string) =>
    runtime.logger.info(text.startsWith(name) ? name + change(text.slice(name.length)) : text);
  return { ...runtime, logger: { ...runtime.logger, info } };
}

const reusedFailure: Plant = (runtime, strike) =>
  withResults(runtime, (text) => {
    const rows = JSON.parse(text) as { sha256?: string; state: string; error?: unknown }[];
    for (const [index, row] of rows.entries()) {
      const isCopy = rows
        .slice(0, index)
        .some(({ sha256 }) => sha256 !== undefined && sha256 === row.sha256);
      if (!isCopy || row.state !== 'failed') continue;
      strike();
      row.state = 'reused';
      delete row.error;
    }
    return JSON.stringify(rows);
  });

const cutOutputs: Plant = (runtime, strike) =>
  withResults(runtime, (text) => {
    if (text.length > 3000) strike();
    return text.slice(0, 3000);
  });

const lostPart: Plant = (runtime, strike) =>
  intercept(runtime, (sent, forward) =>
    forward(sent).catch((error) => {
      if (!sent.path.startsWith('/dms-uploads/')) throw error;
      strike();
      return { status: 201, headers: { etag: '"taken-for-a-success"' }, body: '' };
    }),
  );

const takenClaim: Plant = (runtime, strike) =>
  intercept(runtime, async (sent, forward) => {
    const answer = await forward(sent);
    if (!isMemoryRead(sent, answer)) return answer;
    const memory: MemoryFile = JSON.parse(answer.body.toString());
    const own = `/${runtime.env.GITHUB_RUN_ID}`;
    const others = claimsIn(memory).filter((key) => !memory.posts?.[key]?.run?.endsWith(own));
    if (others.length === 0) return answer;
    strike();
    for (const key of others) delete memory.posts?.[key];
    const sha = blobSha(answer.body);
    const bytes = writeOf(memory, { message: 'Take over', branch: 'linkedin-media', sha });
    const [path = ''] = sent.path.split('?');
    await forward({ ...sent, method: 'PUT', path, bytes });
    return await forward(sent);
  });

const oneCallMore: Plant = (runtime, strike) => {
  const given = runtime.env['INPUT_MAX-CALLS'];
  if (!given) return runtime;
  strike();
  return { ...runtime, env: { ...runtime.env, 'INPUT_MAX-CALLS': String(Number(given) + 1) } };
};

const earlyMemory: Plant = (runtime, strike) =>
  intercept(runtime, async (sent, forward) => {
    if (!isMemoryWrite(sent)) return await forward(sent);
    const memory = memoryIn(sent.bytes);
    for (const entry of memory.uploads) {
      if (entry.state !== 'registered') continue;
      strike();
      Object.assign(entry, { state: 'available', checkedAt: entry.updatedAt });
    }
    return await forward(writing(memory, sent));
  });

const firstContent: Plant = (runtime, strike) =>
  intercept(runtime, async (sent, forward) => {
    if (!isMemoryWrite(sent)) return await forward(sent);
    const memory = memoryIn(sent.bytes);
    for (const post of Object.values(memory.posts ?? {})) {
      if (post.seen.length > 0) strike();
      post.seen = [];
    }
    return await forward(writing(memory, sent));
  });

const withdrawnDuplicate: Plant = (runtime, strike) => {
  const own = `/${runtime.env.GITHUB_RUN_ID}`;
  const refused = new Set<string>();
  let claimed: readonly string[] = [];
  return intercept(runtime, async (sent, forward) => {
    if (!isMemoryWrite(sent)) {
      const answer = await forward(sent);
      const isDuplicate =
        sent.path.startsWith('/rest/posts') && String(answer.body).includes('DUPLICATE_POST');
      if (isDuplicate) for (const key of claimed) refused.add(key);
      return answer;
    }
    const memory = memoryIn(sent.bytes);
    claimed = claimsIn(memory).filter((key) => memory.posts?.[key]?.run?.endsWith(own));
    for (const key of refused) {
      if (memory.posts?.[key] === undefined) continue;
      strike();
      delete memory.posts[key];
    }
    return await forward(writing(memory, sent));
  });
};

const earlyRevision: Plant = (runtime, strike) => {
  let held: Sent | null = null;
  return intercept(runtime, async (sent, forward) => {
    if (isEdit(sent)) {
      held = sent;
      return { status: 204, headers: {}, body: '' };
    }
    const answer = await forward(sent);
    if (held === null || !isMemoryWrite(sent)) return answer;
    const late = held;
    held = null;
    strike();
    await forward(late).catch(() => {});
    return answer;
  });
};

/** The memory never has the claim of an edit. */
const unclaimedEdit: Plant = (runtime, strike) =>
  intercept(runtime, async (sent, forward) => {
    if (!isMemoryWrite(sent)) return await forward(sent);
    const memory = memoryIn(sent.bytes);
    for (const post of Object.values(memory.posts ?? {})) {
      if (post.editing === undefined) continue;
      strike();
      delete post.editing;
    }
    return await forward(writing(memory, sent));
  });

/** The text goes to another post of the memory. */
const strangeEdit: Plant = (runtime, strike) => {
  let urns: readonly string[] = [];
  return intercept(runtime, async (sent, forward) => {
    if (isMemoryWrite(sent))
      urns = Object.values(memoryIn(sent.bytes).posts ?? {}).flatMap(({ urn }) => urn ?? []);
    const own = isEdit(sent) ? decodeURIComponent(sent.path.slice('/rest/posts/'.length)) : null;
    const other = urns.find((urn) => urn !== own);
    if (own === null || other === undefined) return await forward(sent);
    strike();
    return await forward({ ...sent, path: `/rest/posts/${encodeURIComponent(other)}` });
  });
};

function isEdit({ method, path }: Sent): boolean {
  return method === 'POST' && /^\/rest\/posts\/./.test(path);
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'a claim written after the post',
    program: 'post',
    rule: 'POSTED_ONCE',
    plant: claimAfterPost,
  },
  {
    name: 'a withdrawal that is not stored',
    program: 'post',
    rule: 'POST_REMEMBERED',
    plant: lostWithdrawal,
  },
  {
    name: 'a lost registration repeated in silence',
    program: 'upload',
    rule: 'URN_KEPT',
    plant: hiddenRepeat,
  },
  {
    name: 'a token in one error message',
    program: 'upload',
    rule: 'NO_SECRET',
    plant: tokenInError,
  },
  {
    name: 'a failed copy reported as reused',
    program: 'upload',
    rule: 'OUTPUTS',
    plant: reusedFailure,
  },
  { name: 'a lost part taken for a success', program: 'upload', rule: 'BYTES', plant: lostPart },
  {
    name: 'a claim taken from a sleeping owner',
    program: 'post',
    rule: 'POSTED_ONCE',
    plant: takenClaim,
  },
  {
    name: 'one call more than max-calls',
    program: 'upload',
    rule: 'MAX_CALLS',
    plant: oneCallMore,
  },
  {
    name: 'a memory written before the bytes',
    program: 'upload',
    rule: 'BYTES',
    plant: earlyMemory,
  },
  {
    name: 'outputs cut inside a JSON value',
    program: 'upload',
    rule: 'OUTPUTS',
    plant: cutOutputs,
  },
  {
    name: 'a memory that keeps only the published content of a post',
    program: 'post',
    rule: 'POSTED_ONCE',
    plant: firstContent,
  },
  {
    name: 'a claim withdrawn after a duplicate',
    program: 'post',
    rule: 'POSTED_ONCE',
    plant: withdrawnDuplicate,
  },
  {
    name: 'a revision stored before its edit is answered',
    program: 'post',
    rule: 'EDITED',
    plant: earlyRevision,
  },
  { name: 'an edit without a claim', program: 'post', rule: 'EDITED', plant: unclaimedEdit },
  { name: "an edit of another entry's text", program: 'post', rule: 'EDITED', plant: strangeEdit },
];

/** A request with its whole body. */
interface Sent extends Omit<SandboxRequest, 'body'> {
  readonly bytes: Buffer;
}

type Forward = (sent: Sent) => Promise<Answer>;

/** `change` answers each request, with the help of the real network. */
function intercept(run: Run, change: (sent: Sent, forward: Forward) => Promise<Answer>): Run {
  return {
    ...run,
    openDispatcher: (route) => {
      const inner = run.openDispatcher(route);
      return new SandboxDispatcher(async (request) =>
        change({ ...request, bytes: await readBody(request) }, (sent) => forward(inner, sent)),
      );
    },
  };
}

async function forward(
  inner: Dispatcher,
  { method, origin, path, headers, bytes }: Sent,
): Promise<Answer> {
  const own = headers.filter(
    ([name]) => !['content-length', 'transfer-encoding'].includes(name.toLowerCase()),
  );
  const response = await inner.request({
    ...{ method: method as Dispatcher.HttpMethod, origin, path },
    headers: own.flat(),
    body: method === 'GET' ? null : bytes,
  });
  const body = Buffer.from(await response.body.arrayBuffer());
  return { status: response.statusCode, headers: response.headers as Record<string, string>, body };
}
