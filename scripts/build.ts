// Builds the action: src/ to lib/ by tsc, then lib/ to dist/ by ncc, which cannot compile TypeScript 7 itself.
// check-dist.ts builds the same into a temporary folder.

import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '..');

const LIB = join(ROOT, 'lib');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
// The project's own copy, always: ncc derives module ids from paths, and another copy would change the bytes.
const NCC = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js');

/**
 * Bundled in place of a package, whoever imports it. @actions/core starts processes with @actions/exec to describe the
 * platform, which this action never asks for: without it, the bundle holds no code that could start one.
 */
const INSTEAD = { '@actions/exec': ['../scripts/instead/exec.js'] };

/** Licences of code that undici took from others, which ncc does not list. test/dependencies.test.ts looks for more. */
const TAKEN_BY_UNDICI = [
  'node_modules/undici/lib/milo/LICENSE.md',
  'node_modules/undici/lib/web/fetch/LICENSE',
  // https://github.com/nodejs/llhttp/blob/6f35833f4ad76d7fed9ab44746e4ea4aacc3217d/LICENSE
  'scripts/notices/llhttp.txt',
  // LICENSE of https://www.npmjs.com/package/formdata-polyfill/v/4.0.10
  'scripts/notices/formdata-polyfill.txt',
];

const run = promisify(execFile);

/** Empties `outDir` and builds into it. Throws with the tool's own words when one of them fails. */
export async function build(outDir: string): Promise<void> {
  await rm(LIB, { recursive: true, force: true });
  await runTool('tsc', [TSC, '-p', 'tsconfig.build.json'], ROOT);
  // ncc reads it where it is started.
  await writeFile(join(LIB, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths: INSTEAD } }));
  const { code, licenses } = await bundle('index');
  const taken = await Promise.all(TAKEN_BY_UNDICI.map((path) => readFile(join(ROOT, path), 'utf8')));
  // Not before both tools are content: a slip in the sources leaves the last build where it was.
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, 'index.js'), code);
  await writeFile(join(outDir, 'licenses.txt'), withLineFeeds([licenses, ...taken].join('\n\n')));
  await writeFile(join(outDir, 'package.json'), '{\n  "type": "module"\n}\n');
}

/** All that `src/NAME.ts` needs, as one file, and the licences of the packages in it. */
async function bundle(name: string): Promise<{ code: string; licenses: string }> {
  const folder = join(LIB, 'bundles', name);
  const options = ['--license', 'licenses.txt', '--target', 'es2022', '--no-cache', '--quiet'];
  await runTool('ncc', [NCC, 'build', `${name}.js`, '-o', folder, ...options], LIB);
  const files = (await readdir(folder)).sort().join(', ');
  if (files !== 'index.js, licenses.txt, package.json') {
    throw new Error(`ncc made ${files} of ${name}.js, where it should be one file of code`);
  }
  const [code, licenses] = await Promise.all(
    ['index.js', 'licenses.txt'].map((file) => readFile(join(folder, file), 'utf8')),
  );
  return { code: withoutEval(withLineFeeds(code ?? '')), licenses: licenses ?? '' };
}

async function runTool(name: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await run(process.execPath, args, { cwd });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${name} failed:\n${stdout ?? ''}${stderr ?? ''}`.trimEnd());
  }
}

/** Some packages come with CRLF; git would turn it into LF, and a checkout would differ from a build. */
function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** ncc leaves an `eval` for a package that is not installed, and its importer expects it to throw: so let it throw. */
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
