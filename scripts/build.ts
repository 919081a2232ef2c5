// Builds the action: src/ to lib/ by tsc, then lib/ to dist/ by ncc, which cannot compile TypeScript 7 itself.
// check-dist.ts builds the same into a temporary folder.

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '..');

const LIB = join(ROOT, 'lib');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
// Always the project's own copy: ncc derives module ids from paths, so another copy would change the bytes.
const NCC = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js');

/**
 * Packages that are replaced in the bundle. @actions/core uses @actions/exec only to describe the platform, which this
 * action does not need. Without it, the bundle has no code that can start a process.
 */
const INSTEAD = { '@actions/exec': ['../scripts/instead/exec.js'] };

/** Licences of third-party code in undici, which ncc does not list. test/dependencies.test.ts checks the list. */
const UNDICI_LICENSES = [
  'node_modules/undici/lib/milo/LICENSE.md',
  'node_modules/undici/lib/web/fetch/LICENSE',
  // https://github.com/nodejs/llhttp/blob/6f35833f4ad76d7fed9ab44746e4ea4aacc3217d/LICENSE
  'scripts/notices/llhttp.txt',
  // LICENSE of https://www.npmjs.com/package/formdata-polyfill/v/4.0.10
  'scripts/notices/formdata-polyfill.txt',
];

/** The bundles, which are `runs.main` of action.yml and of post/action.yml, and the entry of each in src/. */
const BUNDLES = { index: 'upload-action', post: 'post-action' } as const;

const NODE_ADVICE = [
  'On a self-hosted runner, update the runner to 2.327.1 or newer.',
  'With act, use an image that has Node 24, or install Node 24 on this computer',
  'and run act with -P ubuntu-latest=-self-hosted.',
].join(' ');

/**
 * The first line of each bundle: Node 20 parses the bundle, but fails somewhere in the code of a package.
 * Older versions cannot parse it, because packages use regular expressions with the flag `v`.
 */
const NODE_CHECK = [
  'if (parseInt(process.versions.node) < 24) {',
  'console.log("::error title=Node version::This action needs Node 24, but runs on Node "',
  `+ process.versions.node + ". ${NODE_ADVICE}");`,
  'process.exit(1); }',
].join(' ');

const run = promisify(execFile);

/** Empties `outDir` and builds into it. @throws Error with the output of the tool that failed */
export async function build(outDir: string): Promise<void> {
  await rm(LIB, { recursive: true, force: true });
  await runTool('tsc', [TSC, '-p', 'tsconfig.build.json'], ROOT);
  // ncc reads it from its working directory.
  await writeFile(
    join(LIB, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { paths: INSTEAD } }),
  );
  const bundles = await Promise.all(
    Object.entries(BUNDLES).map(([name, entry]) => bundle(name, entry)),
  );
  const more = await Promise.all(UNDICI_LICENSES.map((path) => readFile(join(ROOT, path), 'utf8')));
  // Only after both tools have succeeded: an error in the sources keeps the previous build.
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  for (const { name, code } of bundles) await writeFile(join(outDir, `${name}.js`), code);
  const licenses = mergeLicenses(bundles.map((one) => withLineFeeds(one.licenses)));
  await writeFile(join(outDir, 'licenses.txt'), withLineFeeds([licenses, ...more].join('\n\n')));
  await writeFile(join(outDir, 'package.json'), '{\n  "type": "module"\n}\n');
}

/** `src/ENTRY.ts` with its dependencies as one file, and the licences of the packages in it. */
async function bundle(
  name: string,
  entry: string,
): Promise<{ name: string; code: string; licenses: string }> {
  const folder = join(LIB, 'bundles', name);
  const options = ['--license', 'licenses.txt', '--target', 'es2022', '--no-cache', '--quiet'];
  await runTool('ncc', [NCC, 'build', `${entry}.js`, '-o', folder, ...options], LIB);
  const files = (await readdir(folder)).sort().join(', ');
  if (files !== 'index.js, licenses.txt, package.json') {
    throw new Error(`ncc built ${files} from ${entry}.js, but the code must be one file`);
  }
  const [code, licenses] = await Promise.all(
    ['index.js', 'licenses.txt'].map((file) => readFile(join(folder, file), 'utf8')),
  );
  const text = withoutEval(withLineFeeds(code ?? ''));
  return { name, code: `${NODE_CHECK}\n${text}`, licenses: licenses ?? '' };
}

/** Each package once, in the order of their names. A package starts with its name and the name of its licence. */
export function mergeLicenses(texts: readonly string[]): string {
  const sections = texts.flatMap((text) =>
    text.split(/(?<=^|\n\n)(?=(?:@[\w-]+\/)?[\w.-]+\n[\w.-]+\n)/),
  );
  const byPackage = new Map(
    sections.map((section) => [section.split('\n', 1)[0], section.trimEnd()]),
  );
  return [...byPackage]
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([, section]) => section)
    .join('\n\n');
}

async function runTool(name: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await run(process.execPath, args, { cwd });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${name} failed:\n${stdout ?? ''}${stderr ?? ''}`.trimEnd());
  }
}

/** Some packages contain CRLF. Git converts it to LF, so a checkout would differ from a build. */
function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** ncc keeps an `eval` for a package that is not installed. The importing package expects it to throw. */
function withoutEval(code: string): string {
  return code.replace(
    /\beval\("require"\)\("([^"]+)"\)/g,
    (_, name: string) => `(() => { throw new Error("${name} is not installed"); })()`,
  );
}

if (import.meta.main) {
  try {
    await build(join(ROOT, 'dist'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
