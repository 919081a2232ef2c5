// Validates workflows with GitHub's language service, which editors use, and with the inputs of this action.

import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';

// The service imports its schemas without the import attribute that Node requires for JSON.
registerHooks({
  load: (url, context, next) =>
    url.endsWith('.json')
      ? next(url, { ...context, format: 'json', importAttributes: { type: 'json' } })
      : next(url, context),
});
const { validate } = await import('@actions/languageservice');
const { data, Evaluator, Lexer, Parser } = await import('@actions/expressions');

/** The inputs of other actions that our workflows use. Their real metadata would need a request to GitHub. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'actions/attest': ['subject-path', 'sbom-path'],
  'actions/checkout': ['fetch-depth', 'lfs', 'persist-credentials', 'ref'],
  'actions/setup-node': ['node-version', 'package-manager-cache'],
  'actions/upload-artifact': ['archive', 'name', 'path', 'retention-days'],
  'actions/download-artifact': ['merge-multiple'],
  'github/codeql-action/analyze': ['category'],
  'github/codeql-action/init': ['build-mode', 'config', 'languages', 'queries'],
  'github/codeql-action/upload-sarif': ['sarif_file'],
  'ossf/scorecard-action': ['publish_results', 'results_file', 'results_format'],
};

const ROOT = resolve(import.meta.dirname, '../..');

/** The action.yml of this repository that a `uses:` names; null for other actions. */
export function ownActionFile(uses: string): string | null {
  if (uses === './') return join(ROOT, 'action.yml');
  const [, folder] = /^[\w-]+\/linkedin-media-upload(|\/post)@/.exec(uses) ?? [];
  return folder === undefined ? null : join(ROOT, folder, 'action.yml');
}

// The service caches parsed files by name.
let documents = 0;

/** The value of an expression of GitHub in a run that was not cancelled, as a text. */
export function evaluate(expression: string, contexts: object): string {
  const call = () => new data.BooleanData(false);
  const cancelled = { name: 'cancelled', minArgs: 0, maxArgs: 0, call };
  const parsed = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), [
    cancelled,
  ]).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(parsed, values, new Map([['cancelled', cancelled]]))
    .evaluate()
    .coerceString();
}

/** Each error as `line: message`. Empty for a workflow that is valid for GitHub. */
export async function workflowErrors(workflow: string): Promise<string[]> {
  documents += 1;
  const uri = `file:///repo/.github/workflows/${documents}.yml`;
  const document = TextDocument.create(uri, 'yaml', 1, workflow);
  const found = await validate(document, {
    // For `$/post`, the action of this repository.
    fileProvider: {
      getFileContent: async (file) => {
        const name = 'path' in file ? file.path : '';
        return { name, content: await readFile(join(ROOT, name), 'utf8') };
      },
    },
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref, path }) => {
        const action = [owner, name, path].filter(Boolean).join('/');
        const own = ownActionFile(`${action}@${ref}`);
        return own === null ? metadataOf(action) : parse(await readFile(own, 'utf8'));
      },
    },
  });
  return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
}

function metadataOf(action: string) {
  const inputs = OTHERS[action];
  if (inputs === undefined) return undefined;
  return {
    name: action,
    description: action,
    inputs: Object.fromEntries(
      inputs.map((name) => [name, { description: name, required: false }]),
    ),
  };
}
