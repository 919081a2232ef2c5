// The rules of the house as tables, and the pure check of them over the text of the files: who may import whom,
// what a file may be called, how long it may be, what it may not hold.

import { posix } from 'node:path';
import { readImports } from './imports.ts';

/** Repository paths with `/`, and the text of each file. */
export type Sources = ReadonlyMap<string, string>;

/** Under src/, first match first. A name that ends in `/` is a folder and all in it. */
const ROOMS: readonly (readonly [room: string, mayImport: readonly string[]])[] = [
  ['errors.ts', ['secret.ts', 'linkedin/urn.ts']],
  ['meanings.ts', ['errors.ts']],
  ['secret.ts', ['errors.ts', 'linkedin/urn.ts']],
  ['linkedin/urn.ts', ['errors.ts', 'secret.ts']],
  ['deps.ts', []],
  ['units.ts', []],
  ['schema.ts', []],
  ['system-clock.ts', ['deps.ts']],
  // The real world that it hands to main.ts: stdout, the network, and the error that a signal stands for.
  [
    'index.ts',
    [
      'system-clock.ts',
      'main.ts',
      'deps.ts',
      'action/say.ts',
      'action/guard.ts',
      'http/connections.ts',
      'errors.ts',
    ],
  ],
  ['main.ts', ['send.ts', 'action/', 'publish/', 'media/', 'errors.ts', 'secret.ts', 'deps.ts']],
  ['send.ts', ['action/', 'publish/', 'linkedin/open.ts', 'sandbox/', 'errors.ts', 'secret.ts', 'deps.ts']],
  [
    'action/',
    [
      'action/',
      'publish/',
      'media/',
      'linkedin/urn.ts',
      'linkedin/versions.ts',
      // Pure bodies, for the output `posts-file`.
      'linkedin/posts.ts',
      // Which addresses are loopback, for the input `api-url`; and what the environment says of the network.
      'http/policy.ts',
      'http/environment.ts',
      // What the way to GitHub shares with the way to LinkedIn: pure timing, and how to read an answer or a fault.
      'http/capped.ts',
      'http/deadline.ts',
      'http/faults.ts',
      'http/retry.ts',
      // What is told of each request, for the log of step debugging.
      'http/exchanges.ts',
      'errors.ts',
      'secret.ts',
      'deps.ts',
      'units.ts',
      'schema.ts',
    ],
  ],
  [
    'publish/',
    [
      'publish/',
      'media/',
      'linkedin/open.ts',
      'linkedin/session.ts',
      'linkedin/urn.ts',
      // Pure timing, and who hears that a signal aborted.
      'http/deadline.ts',
      'http/retry.ts',
      'http/hearers.ts',
      'errors.ts',
      'secret.ts',
      'deps.ts',
      'units.ts',
      'schema.ts',
    ],
  ],
  ['linkedin/', ['linkedin/', 'http/', 'errors.ts', 'secret.ts', 'deps.ts', 'units.ts', 'schema.ts']],
  ['http/', ['http/', 'errors.ts', 'secret.ts', 'deps.ts', 'units.ts']],
  ['media/', ['media/', 'linkedin/urn.ts', 'errors.ts', 'secret.ts', 'units.ts']],
  ['sandbox/', ['sandbox/']],
];

/** Where a package may be imported, when not everywhere. */
const PACKAGES: readonly (readonly [packages: RegExp, where: readonly string[]])[] = [
  [/^@actions\//, ['index.ts', 'action/']],
  [/^zod(\/|$)/, ['schema.ts']],
];

/** Files of src/ that import no package and no part of Node; `deps.ts` may name the types of undici. */
const BARE = ['errors.ts', 'secret.ts', 'linkedin/urn.ts', 'deps.ts', 'units.ts'];

const NAMELESS = /^(utils?|helpers?|common|types?|constants?)\.ts$/;
const LINES = 250;
const LINES_OF_MAIN = 59;

interface Rule {
  readonly of: RegExp;
  /** What is wrong with the file, a sentence without its subject; null when nothing is. */
  breach(path: string, text: string): string | null;
}

const RULES: readonly Rule[] = [
  { of: /./, breach: (path) => (NAMELESS.test(baseName(path)) ? 'has a name that says nothing' : null) },
  {
    of: /./,
    breach: (path) => (/^[a-z0-9-]+(\.test)?\.[jt]s$/.test(baseName(path)) ? null : 'is not kebab-case'),
  },
  {
    of: /^src\//,
    breach: (_, text) => (/^\/[/*]/.test(text) ? null : 'does not open with a comment on its place'),
  },
  { of: /^src\//, breach: (path, text) => tooLong(path, text) },
  { of: /^src\//, breach: (_, text) => holds(text, /\b(TODO|FIXME)\b/) },
  { of: /^src\//, breach: (_, text) => holds(text, /\bconsole\s*\./) },
  { of: /^test\//, breach: (_, text) => holds(text, /\b(it|test|describe)(\.\w+)*\.only\b/) },
];

/** One sentence for each breach of the house rules, with the file and the import named. */
export function findBreaches(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => [
    ...RULES.flatMap((rule) => {
      const breach = rule.of.test(path) ? rule.breach(path, text) : null;
      return breach === null ? [] : [`${path} ${breach}`];
    }),
    ...(path.startsWith('src/') ? importBreaches(path.slice('src/'.length), text) : []),
  ]);
}

function importBreaches(path: string, text: string): string[] {
  const room = ROOMS.find(([name]) => isIn(path, name));
  if (room === undefined) return [`src/${path} belongs to no room: give it one in house-rules.ts`];
  return readImports(text).flatMap(({ from, typeOnly }) => {
    const problem = from.startsWith('.')
      ? directionProblem(path, from, room)
      : packageProblem(path, from, typeOnly);
    return problem === null ? [] : [`src/${path} imports ${from}: ${problem}`];
  });
}

function directionProblem(
  path: string,
  from: string,
  [room, mayImport]: (typeof ROOMS)[number],
): string | null {
  const target = posix.join('src', posix.dirname(path), from);
  if (!target.startsWith('src/')) return 'it is outside src/';
  if (mayImport.some((name) => isIn(target.slice('src/'.length), name))) return null;
  return `${room} may import ${mayImport.length === 0 ? 'no file' : `only ${mayImport.join(', ')}`}`;
}

function packageProblem(path: string, from: string, typeOnly: boolean): string | null {
  if (BARE.includes(path)) {
    return path === 'deps.ts' && from === 'undici' && typeOnly ? null : `${path} is a leaf and stays bare`;
  }
  const rule = PACKAGES.find(([packages]) => packages.test(from));
  if (rule === undefined || rule[1].some((name) => isIn(path, name))) return null;
  return `only ${rule[1].join(', ')} may`;
}

function isIn(path: string, name: string): boolean {
  return name.endsWith('/') ? path.startsWith(name) : path === name;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function tooLong(path: string, text: string): string | null {
  const limit = path === 'src/main.ts' ? LINES_OF_MAIN : LINES;
  const lines = text.trimEnd().split('\n').length;
  return lines > limit ? `has ${lines} lines, more than ${limit}` : null;
}

function holds(text: string, pattern: RegExp): string | null {
  const found = pattern.exec(text);
  if (found === null) return null;
  return `holds "${found[0]}" in line ${text.slice(0, found.index).split('\n').length}`;
}
