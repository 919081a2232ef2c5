// Builds the action: src/ to lib/ by tsc, then lib/ to few files by ncc, which cannot compile TypeScript 7 itself.
// `node scripts/build.ts dist`; check-dist.ts builds the same into a temporary folder.

import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { nameChunks } from './chunks.ts';
import { licensesOf } from './licenses.ts';
import { filesIn, packagesIn, type Stats } from './stats.ts';

export const ROOT = resolve(import.meta.dirname, '..');

/** All that a build may leave. Another file would be a part of the action that nobody decided to load apart. */
const BUILT = [
  'index.js',
  'licenses.txt',
  'package.json',
  // Loaded by the runs that need them alone, so that V8 does not compile them at each start: ours,
  ...['inspection.js', 'manifest.js', 'release.js', 'sandbox.js', 'send.js'],
  // and packages that only these need, under the name of one of them.
  ...['file-type.js', 'undici.js', 'zod.js'],
].sort();

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
// The project's own copy, always: ncc derives module ids from paths, and another copy would change the bytes.
const NCC = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js');

/**
 * What is bundled in place of a package, whoever imports it: half of what V8 compiles would be code that no run reaches,
 * and some of it could start a process. ncc reads it as the `paths` of the tsconfig.json where it is started.
 */
const INSTEAD = {
  undici: ['../scripts/instead/undici.js'],
  '@actions/http-client': ['../scripts/instead/http-client.js'],
  '@actions/http-client/lib/auth': ['../scripts/instead/http-client.js'],
  '@actions/exec': ['../scripts/instead/exec.js'],
};

const run = promisify(execFile);

/** Empties `outDir` and builds into it. Throws with the tool's own words when one of them fails. */
export async function build(outDir: string): Promise<void> {
  refuseSources(outDir);
  const lib = join(ROOT, 'lib');
  await rm(lib, { recursive: true, force: true });
  await runTool('tsc', [TSC, '-p', 'tsconfig.build.json']);
  await access(join(lib, 'index.js')).catch(() => fail('tsc made no lib/index.js: is src/index.ts there?'));
  // Not before tsc is content: a slip in the sources leaves the last build where it was.
  await emptyFolder(outDir);
  await writeFile(join(lib, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths: INSTEAD } }));
  const options = ['--stats-out', 'stats.json', '--target', 'es2022', '--no-cache', '--quiet'];
  await runTool('ncc', [NCC, 'build', 'index.js', '-o', outDir, ...options], lib);
  const { chunks } = JSON.parse(await readFile(join(lib, 'stats.json'), 'utf8')) as Stats;
  await nameChunks(outDir, chunks, Object.keys(manifest.dependencies));
  const licenses = await licensesOf([ROOT, ...packagesIn(chunks)], filesIn(chunks));
  await writeFile(join(outDir, 'licenses.txt'), licenses);
  const built = (await readdir(outDir)).sort();
  if (built.join() !== BUILT.join())
    fail(`the build left ${built.join(', ')} instead of ${BUILT.join(', ')}`);
  await Promise.all(built.map((name) => tidy(join(outDir, name))));
}

/** A slip such as `build.ts .` must not empty the project. */
function refuseSources(outDir: string): void {
  const isDist = relative(ROOT, outDir).split(sep)[0] === 'dist';
  if (isWithin(outDir, ROOT) || (isWithin(ROOT, outDir) && !isDist)) {
    fail(`${outDir} is no folder to build into: use dist`);
  }
}

/** Also between the drives of Windows, where the way from one to another is absolute. */
function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.split(sep)[0] !== '..' && !isAbsolute(way);
}

async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  await Promise.all(entries.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function runTool(name: string, args: readonly string[], cwd = ROOT): Promise<void> {
  try {
    await run(process.execPath, args, { cwd });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    fail(`${name} failed:\n${stdout ?? ''}${stderr ?? ''}`.trimEnd());
  }
}

/** Licences come with the line ends of their authors; git would turn CRLF into LF, and the copies would differ. */
async function tidy(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const tidied = withoutEval(text.replaceAll('\r\n', '\n'));
  if (tidied !== text) await writeFile(path, tidied);
}

/** ncc leaves an `eval` for a package that is not installed, and its importer expects it to throw: so let it throw. */
function withoutEval(text: string): string {
  return text.replace(
    /\beval\("require"\)\("([^"]+)"\)/g,
    (_, name: string) => `(() => { throw new Error("${name} is not installed"); })()`,
  );
}

function fail(message: string): never {
  throw new Error(message);
}

if (import.meta.main) {
  const [outDir] = process.argv.slice(2);
  try {
    await build(resolve(ROOT, outDir ?? fail('Usage: node scripts/build.ts <folder>')));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
