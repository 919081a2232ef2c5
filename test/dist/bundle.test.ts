// Code in dist/ that could do more than the actions need, each with its owner and why no run reaches it. Read the new
// place in dist/ before you change these lists.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tokenizer } from 'acorn';
import { describe, expect, it } from 'vitest';
import { runAlone } from '../support/posting.ts';
import { endsOf, MEDIA, makeWorkspace, OWNER, publishBuilt } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';

/** How often each program names it, its owner, and why it is harmless. */
const POWERS: Readonly<Record<string, readonly [times: number, whose: string, why: string]>> = {
  Function: [
    9,
    'zod (2), undici (2), Octokit (5)',
    'zod: its compiler and the probe for it, switched off by src/schema.ts. undici: reads `Symbol.hasInstance` of it. Octokit: `bind` and `call` of its prototype. Neither creates a function.',
  ],
  WebAssembly: [8, 'undici', 'its HTTP parser, from bytes in the bundle.'],
  'import(…)': [1, 'file-type', '`strtok3` for files by path; the action passes only bytes.'],
  module: [1, 'ncc', '`createRequire`, for the built-in modules of the other packages.'],
  sqlite: [1, 'undici', 'its list of optional features of Node; nothing uses it.'],
  worker_threads: [1, 'undici', '`markAsUncloneable`, no thread.'],
};

/** The purpose of each host name. */
const HOSTS: Readonly<Record<string, string>> = {
  'api.linkedin.com': 'ours: the API, and one of the two upload hosts.',
  'www.linkedin.com': 'ours: the other upload host.',
  'linkedin.com': 'ours: the text of a hint.',
  'www.linkedin-apistatus.com': 'ours: the text of a hint.',
  '127.0.0.1': 'ours: the sandbox of `mode: simulate`.',
  'media.simulated.invalid': 'ours: addresses in answers of the sandbox, which do not resolve.',
  host: 'ours: not a host, but a part of the proxy URL format in error messages.',
  localhost:
    'ours: detects an `api-url` on this machine; @actions/core: detects a local proxy; undici: the same in its fetch.',
  'localhost:9999': 'undici: not a host, but a name in its mock of servers for tests.',
  'docs.github.com': '@actions/core: the text of an error.',
  'api.github.com': 'ours: the API for releases if GITHUB_API_URL is not set.',
  'uploads.github.com':
    'Octokit: for uploads to a release, which nothing calls; another origin than that of the API is refused.',
  'www.githubstatus.com': 'ours: the text of a hint.',
  'example.org': 'ours: the address of a link, in the text of a hint.',
  'json-schema.org': 'zod: the name of a dialect, for a conversion that is not used.',
  user: 'ours: not a host, but a part of the proxy URL format in error messages.',
  'zod.compile.invalid': 'zod: not a host, but the name of a symbol.',
  'github.com': 'ours: a stand-in for the page of a release, while a post is checked.',
  'git-lfs.github.com': 'ours: a part of the format of Git LFS pointers.',
  'www.w3.org': 'ours: the name of a namespace, in the symbols of the page.',
  'yaml.org': 'yaml: the names of types.',
};

const DIST = resolve(import.meta.dirname, '../../dist');

/** ncc's name of Node's `createRequire`; the bundle may load only built-in modules with it. */
const REQUIRE = '__WEBPACK_EXTERNAL_createRequire \\( import \\. meta \\. url \\) \\(';
/** In the words of a module without its comments: text as code, other programs and threads, and other modules. */
const POWER_PATTERNS: readonly (readonly [RegExp, name?: string])[] = [
  [/(?<!(?:\.|instanceof) )\b(eval|Function|require|WebAssembly)\b(?! :)/g],
  [
    /(?:\(|from|import) "(?:node:)?(child_process|cluster|inspector|module|repl|sqlite|vm|wasi|worker_threads)["/]/g,
  ],
  [/\bprocess (?:\.|\[) "?(_linkedBinding|binding|dlopen)\b/g],
  [/\. (execve)\b/g],
  [/\bimport \( (?!"(?!other"))/g, 'import(…)'],
  [/\b(?:import|from) "other"/g, 'import …'],
  [new RegExp(`${REQUIRE} (?!"(?!other"))`, 'g'), 'require(…)'],
];
const HOST =
  /(?<=(?:https?|wss?|ftp):\/\/)[\w.-]+(?::\d+)?|\b(?:[\w-]+\.)+(?:com|net|org|io|dev|cloud|app|invalid|local|internal)\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|\blocalhost\b/gi;

/** A token of acorn, whose types leave out the value. */
interface Word {
  readonly type: { readonly label: string };
  readonly value?: unknown;
}

/** How often a module names each power, and the hosts in its texts. */
function findPowers(source: string): { powers: Readonly<Record<string, number>>; hosts: string[] } {
  const tokens: Word[] = [...tokenizer(source, { ecmaVersion: 'latest', sourceType: 'module' })];
  const words = tokens.map(wordOf).join(' ');
  const powers: Record<string, number> = {};
  for (const [pattern, other] of POWER_PATTERNS)
    for (const [, name = other ?? ''] of words.matchAll(pattern))
      powers[name] = (powers[name] ?? 0) + 1;
  const hosts = tokens.flatMap((token) => textOf(token).match(HOST) ?? []);
  return { powers, hosts: [...new Set(hosts.map((host) => host.toLowerCase()))].sort() };
}

/** A token as it is written. Of texts, only the names of modules and of parts of `process` matter. */
function wordOf({ type: { label }, value }: Word): string {
  const text = String(value ?? label);
  if (label === 'string')
    return isBuiltin(text) || /^(_linkedB|b)inding$|^dlopen$/.test(text) ? `"${text}"` : '"other"';
  return label === 'template' || typeof value === 'object' ? label : text;
}

/** A text, a part of a template, or what a regular expression matches. */
function textOf({ type: { label }, value }: Word): string {
  if (label === 'regexp') return (value as { pattern: string }).pattern.replaceAll('\\', '');
  return label === 'string' || label === 'template' ? String(value) : '';
}

const built = readdirSync(DIST)
  .filter((name) => name.endsWith('.js'))
  .map((name) => ({ name, ...findPowers(readFileSync(join(DIST, name), 'utf8')) }));

it('dist/ has one file for each action', () => {
  expect(built.map(({ name }) => name)).toEqual(['index.js', 'post.js']);
});

it.each(built)(
  'dist/$name contains only the listed ways to run code or start a process',
  ({ powers }) => {
    const expected = Object.entries(POWERS).map(([power, [times]]) => [power, times]);
    expect(powers).toEqual(Object.fromEntries(expected));
  },
);

it('only the post action has the code of local times, which takes time to load', () => {
  const hasTemporal = (name: string) =>
    readFileSync(join(DIST, name), 'utf8').includes('ZonedDateTime');
  expect(built.filter(({ name }) => hasTemporal(name)).map(({ name }) => name)).toEqual([
    'post.js',
  ]);
});

it('dist/ names only the listed hosts', () => {
  const hosts = new Set(built.flatMap((file) => file.hosts));
  expect([...hosts].sort()).toEqual(Object.keys(HOSTS).sort());
});

/** A module that lets Node take itself for another version. */
const pretend = (version: string) =>
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;

describe('Node version', () => {
  it.each(built)(
    'the first line of dist/$name stops Node 23 and says how to get Node 24',
    async ({ name }) => {
      const run = await runAction({
        entry: join(DIST, name),
        env: { NODE_OPTIONS: `--import=${pretend('23.11.1')}` },
        inputs: {},
        workspace: await makeWorkspace({}),
      });
      expect(run.exitCode).toBe(1);
      expect(run.rawLog).toEqual([expect.stringMatching(/^::error title=Node version::/)]);
      const [message] = run.messages('error');
      expect(message).toContain('needs Node 24, but runs on Node 23.11.1');
      expect(message).toContain('update the runner to 2.327.1 or newer');
      expect(message).toContain('With act');
    },
  );

  it.each(built)('dist/$name runs on Node 24', async ({ name }) => {
    const run = await runAction({
      entry: join(DIST, name),
      env: { NODE_OPTIONS: `--import=${pretend('24.0.0')}` },
      inputs: {},
      workspace: await makeWorkspace({}),
    });
    expect(run.rawLog.join()).not.toContain('needs Node 24');
    expect(run.messages('error')).not.toEqual([]);
  });
});

/** Copies dist/ to a folder of that name. */
function copyOf(name: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'action-')), name, 'dist');
  mkdirSync(folder, { recursive: true });
  cpSync(DIST, folder, { recursive: true });
  return folder;
}

async function expectRuns(folder: string): Promise<void> {
  const workspace = await makeWorkspace({ 'hero.png': { sample: 'hero.png' } });
  const inputs = { owner: OWNER, mode: 'simulate', files: '*.png' };
  const run = await runAction({ entry: join(folder, 'index.js'), inputs, workspace });
  expect(run.outcome).toBe('success');
  expect(run.outputs['uploaded-count']).toBe('1');
}

it('the built action runs in a folder whose name needs escapes in a URL', async () => {
  await expectRuns(copyOf(`a b c#1 100% %2e%2e é${process.platform === 'win32' ? '' : ' ?x'}`));
});

describe('Runs under Node’s permission model', () => {
  /** Node's permission model: no child process, no worker, no addon; all files are allowed. */
  const env = {
    NODE_OPTIONS: [
      '--permission',
      '--allow-fs-read=*',
      '--allow-fs-write=*',
      `--import=${pathToFileURL(join(import.meta.dirname, 'tripwire.js'))}`,
    ].join(' '),
  };

  it.each(['assets', 'media'])(
    'a run with api: %s runs no text as code and starts no process',
    async (api) => {
      const { run } = await publishBuilt({
        env,
        inputs: { api, 'multipart-threshold-mb': '1', 'media-artifacts': 'true' },
      });
      expect(run.rawLog.filter((line) => line.startsWith('tripwire'))).toEqual([]);
      expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
    },
  );

  it('a run in mode: simulate runs no text as code and starts no process', async () => {
    const inputs = { owner: OWNER, mode: 'simulate', files: 'media/*', manifest: 'media.json' };
    const run = await runAction({ env, inputs, workspace: await makeWorkspace(MEDIA) });
    expect(run.rawLog.filter((line) => line.startsWith('tripwire'))).toEqual([]);
    expect(run.outcome).toBe('success');
  });

  it('a run of the post action runs no text as code and starts no process', async () => {
    const files = {
      'a.png': { sample: 'hero.png' },
      'a.md': '---\nmedia: [a.png]\n---\nOut now #today\n',
    };
    const run = await runAlone(
      files,
      { mode: 'simulate', posts: 'a.md' },
      { env, start: runAction },
    );
    expect(run.rawLog.filter((line) => line.startsWith('tripwire'))).toEqual([]);
    expect(run.outcome).toBe('success');
  });

  it('a script that runs text as code is reported by the tripwire', async () => {
    const guilty = "for (const make of [eval, Function, (text) => new Function(text)]) make('1')";
    const workspace = await makeWorkspace({ 'guilty.js': guilty });
    const run = await runAction({
      env,
      workspace,
      inputs: {},
      entry: join(workspace, 'guilty.js'),
    });
    expect(run.rawLog.filter((line) => line.startsWith('tripwire'))).toEqual([
      'tripwire: eval',
      'tripwire: Function()',
      'tripwire: new Function',
    ]);
  });

  it('a script that starts a process fails', async () => {
    const guilty =
      "await import('node:child_process').then(({ spawnSync }) => spawnSync(process.execPath))";
    const workspace = await makeWorkspace({ 'guilty.mjs': guilty });
    const run = await runAction({
      env,
      workspace,
      inputs: {},
      entry: join(workspace, 'guilty.mjs'),
    });
    expect(run.outcome).toBe('failure');
    expect(run.rawLog.join('\n')).toContain('ERR_ACCESS_DENIED');
  });
});

it.each([
  ['eval', 'const run = eval;'],
  ['Function', 'new Function("a", "b")'],
  ['WebAssembly', 'new WebAssembly.Module(bytes)'],
  ['import(…)', 'import("left-pad")'],
  ['import(…)', 'import(`./a.js`)'],
  ['import …', 'import left from "left-pad"'],
  ['child_process', 'import("node:child_process")'],
  ['vm', 'import { runInThisContext } from "node:vm"'],
  ['require(…)', '__WEBPACK_EXTERNAL_createRequire(import.meta.url)("supports-color")'],
  ['binding', 'process.binding("fs")'],
])('the power %s is found in %s', (power, source) => {
  expect(findPowers(source).powers).toEqual({ [power]: 1 });
});

it.each([
  ["'https://evil.example/x'", 'evil.example'],
  ['`http://evil.example:80/$' + '{x}`', 'evil.example:80'],
  ['/https:\\/\\/evil\\.example\\//', 'evil.example'],
  ["'169.254.169.254'", '169.254.169.254'],
])('a host is found in %s', (source, host) => {
  expect(findPowers(source).hosts).toEqual([host]);
});

it('comments, property names and instanceof are no powers', () => {
  const source =
    '// eval("1") https://evil.example\n/* new Function() */ a.eval; ({ require: 1 }); a instanceof Function; import "node:fs"';
  expect(findPowers(source)).toEqual({ powers: {}, hosts: [] });
});
