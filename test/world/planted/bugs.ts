// Bugs that the campaign must find. Each wraps something that a program is given, and counts how often it struck: a bug that
// never strikes has lost its place.

import { createHash } from 'node:crypto';
import type { Runtime } from '../../../src/runtime.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import type { Wrap } from '../campaign/in-process.ts';
import type { Program } from '../runner.ts';
import { type Forward, intercept, type Sent } from './intercept.ts';

export interface PlantedBug {
  readonly name: string;
  readonly program: Program;
  /** The invariants that it breaks. */
  readonly rules: readonly string[];
  /** `strike` is called each time the bug changes something. */
  readonly plant: (strike: () => void) => Wrap;
}

interface MemoryFile {
  entries: { state: string; checkedAt?: string; updatedAt: string }[];
  posts?: Record<string, { state: string; run?: string }>;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'a claim that is written after the post',
    program: 'post',
    rules: ['POSTED_ONCE'],
    plant: claimAfterPost,
  },
  {
    name: 'a withdrawal that is not stored',
    program: 'post',
    rules: ['POST_REMEMBERED'],
    plant: skippedWithdrawal,
  },
  {
    name: 'a lost registration that is repeated and not reported',
    program: 'upload',
    rules: ['URN_KEPT'],
    plant: hiddenRepeat,
  },
  { name: 'a token in one error message', program: 'upload', rules: ['NO_SECRET'], plant: tokenInError },
  {
    name: 'a copy of a failed file that is reported as reused',
    program: 'upload',
    rules: ['OUTPUTS'],
    plant: reusedFailure,
  },
  {
    name: 'a lost answer to a part that is taken for a success',
    program: 'upload',
    rules: ['BYTES'],
    plant: lostPart,
  },
  {
    name: 'a claim that is taken over while its owner sleeps',
    program: 'post',
    rules: ['POSTED_ONCE'],
    plant: takenClaim,
  },
  { name: 'one call more than max-calls', program: 'upload', rules: ['MAX_CALLS'], plant: oneCallMore },
  {
    name: 'a memory that is written before the bytes are there',
    program: 'upload',
    rules: ['BYTES'],
    plant: earlyMemory,
  },
  {
    name: 'outputs that are cut in the middle of a JSON value',
    program: 'upload',
    rules: ['OUTPUTS'],
    plant: cutOutputs,
  },
];

function isMemoryWrite({ method, path }: Sent): boolean {
  return method === 'PUT' && path.includes('/contents/');
}

function memoryIn({ bytes }: Sent): MemoryFile {
  return JSON.parse(Buffer.from(JSON.parse(bytes.toString()).content, 'base64').toString());
}

function contentOf({ bytes }: Sent): Buffer {
  return Buffer.from(JSON.parse(bytes.toString()).content, 'base64');
}

function withMemory(sent: Sent, memory: MemoryFile): Sent {
  const content = Buffer.from(JSON.stringify(memory)).toString('base64');
  return { ...sent, bytes: Buffer.from(JSON.stringify({ ...JSON.parse(sent.bytes.toString()), content })) };
}

/** As if GitHub had stored the file. */
function stored(sent: Sent): Answer {
  const bytes = contentOf(sent);
  const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const body = JSON.stringify({ content: { sha }, commit: { sha } });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** The posts that are claimed in a memory. */
function claimsIn(memory: MemoryFile): Set<string> {
  return new Set(
    Object.entries(memory.posts ?? {}).flatMap(([key, { state }]) => (state === 'sending' ? [key] : [])),
  );
}

function claimAfterPost(strike: () => void): Wrap {
  return (runtime) => {
    let claimed = new Set<string>();
    let held: Sent | null = null;
    return intercept(runtime, async (sent, forward) => {
      if (isMemoryWrite(sent)) {
        const before = claimed;
        claimed = claimsIn(memoryIn(sent));
        if ([...claimed].every((key) => before.has(key))) return await forward(sent);
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
}

function skippedWithdrawal(strike: () => void): Wrap {
  return (runtime) => {
    let claimed = new Set<string>();
    return intercept(runtime, async (sent, forward) => {
      if (!isMemoryWrite(sent)) return await forward(sent);
      const memory = memoryIn(sent);
      const isWithdrawal = [...claimed].some((key) => memory.posts?.[key] === undefined);
      claimed = claimsIn(memory);
      if (!isWithdrawal) return await forward(sent);
      strike();
      return stored(sent);
    });
  };
}

function hiddenRepeat(strike: () => void): Wrap {
  return (runtime) =>
    intercept(runtime, async (sent, forward) => {
      if (!/action=(registerUpload|initializeUpload)/.test(sent.path)) return await forward(sent);
      try {
        return await forward(sent);
      } catch {
        strike();
        return await forward(sent);
      }
    });
}

function tokenInError(strike: () => void): Wrap {
  return (runtime) => {
    const token = runtime.env['INPUT_ACCESS-TOKEN'];
    const error: Runtime['logger']['error'] = (text, place) => {
      if (text.includes('(503)')) strike();
      runtime.logger.error(text.replace('(503)', `(503 for ${token})`), place);
    };
    return { ...runtime, logger: { ...runtime.logger, error } };
  };
}

/** Changes the output `results` on its way to the log. */
function withResults(runtime: Runtime, change: (text: string) => string): Runtime {
  const name = 'output results: ';
  const info = (text: string) =>
    runtime.logger.info(text.startsWith(name) ? name + change(text.slice(name.length)) : text);
  return { ...runtime, logger: { ...runtime.logger, info } };
}

function reusedFailure(strike: () => void): Wrap {
  return (runtime) =>
    withResults(runtime, (text) => {
      const rows = JSON.parse(text) as { sha256?: string; state: string; error?: unknown }[];
      for (const [index, row] of rows.entries()) {
        const isCopy = rows
          .slice(0, index)
          .some((one) => one.sha256 !== undefined && one.sha256 === row.sha256);
        if (!isCopy || row.state !== 'failed') continue;
        strike();
        row.state = 'reused';
        delete row.error;
      }
      return JSON.stringify(rows);
    });
}

function cutOutputs(strike: () => void): Wrap {
  return (runtime) =>
    withResults(runtime, (text) => {
      if (text.length > 3000) strike();
      return text.slice(0, 3000);
    });
}

function lostPart(strike: () => void): Wrap {
  return (runtime) =>
    intercept(runtime, async (sent, forward) => {
      if (!sent.path.startsWith('/dms-uploads/')) return await forward(sent);
      try {
        return await forward(sent);
      } catch {
        strike();
        return { status: 201, headers: { etag: '"taken-for-a-success"' }, body: '' };
      }
    });
}

function takenClaim(strike: () => void): Wrap {
  return (runtime) =>
    intercept(runtime, async (sent, forward) => {
      const answer = await forward(sent);
      if (sent.method !== 'GET' || !sent.path.includes('/contents/') || answer.status !== 200) return answer;
      const { sha, content } = JSON.parse(answer.body.toString());
      const memory = JSON.parse(Buffer.from(content, 'base64').toString()) as MemoryFile;
      const others = Object.entries(memory.posts ?? {}).filter(
        ([, { state, run }]) => state === 'sending' && !run?.endsWith(`/${runtime.env.GITHUB_RUN_ID}`),
      );
      if (others.length === 0) return answer;
      strike();
      for (const [key] of others) delete memory.posts?.[key];
      await forward(removalOf(sent, { sha, memory }));
      return await forward(sent);
    });
}

/** A write of the memory without the claims of others. */
function removalOf(read: Sent, { sha, memory }: { sha: string; memory: MemoryFile }): Sent {
  const content = Buffer.from(JSON.stringify(memory)).toString('base64');
  const [path = ''] = read.path.split('?');
  const body = { message: 'Take over', branch: 'linkedin-media', sha, content };
  return { ...read, method: 'PUT', path, bytes: Buffer.from(JSON.stringify(body)) };
}

function oneCallMore(strike: () => void): Wrap {
  return (runtime) => {
    const given = runtime.env['INPUT_MAX-CALLS'];
    if (!given) return runtime;
    strike();
    return { ...runtime, env: { ...runtime.env, 'INPUT_MAX-CALLS': String(Number(given) + 1) } };
  };
}

function earlyMemory(strike: () => void): Wrap {
  return (runtime) =>
    intercept(runtime, async (sent: Sent, forward: Forward) => {
      if (!isMemoryWrite(sent)) return await forward(sent);
      const memory = memoryIn(sent);
      for (const entry of memory.entries) {
        if (entry.state !== 'registered') continue;
        strike();
        Object.assign(entry, { state: 'available', checkedAt: entry.updatedAt });
      }
      return await forward(withMemory(sent, memory));
    });
}
