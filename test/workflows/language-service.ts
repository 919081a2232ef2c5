// Validates workflows with GitHub's language service, which editors use, and with the inputs of this action.

import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
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

/** The inputs of other actions that our workflows use. Their real metadata would need a request to GitHub. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'actions/attest': ['subject-path', 'sbom-path'],
  'actions/checkout': ['fetch-depth', 'lfs', 'persist-credentials', 'ref'],
  'actions/setup-node': ['node-version', 'package-manager-cache'],
  'actions/upload-artifact': ['name', 'path'],
  'actions/download-artifact': ['merge-multiple'],
  'actions/cache/restore': ['path', 'key', 'restore-keys'],
  'actions/cache/save': ['path', 'key'],
  'github/codeql-action/analyze': ['category'],
  'github/codeql-action/init': ['build-mode', 'config', 'languages', 'queries'],
  'github/codeql-action/upload-sarif': ['sarif_file'],
  'ossf/scorecard-action': ['publish_results', 'results_file', 'results_format'],
};

const ACTION = resolve(import.meta.dirname, '../../action.yml');

/** Whether a `uses:` names this action. */
export function isThisAction(uses: string): boolean {
  return uses === './' || /^[\w-]+\/linkedin-media-upload@/.test(uses);
}

// The service caches parsed files by name.
let documents = 0;

/** Each error as `line: message`. Empty for a workflow that is valid for GitHub. */
export async function workflowErrors(workflow: string): Promise<string[]> {
  documents += 1;
  const uri = `file:///repo/.github/workflows/${documents}.yml`;
  const document = TextDocument.create(uri, 'yaml', 1, workflow);
  const metadata = parse(await readFile(ACTION, 'utf8'));
  const found = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref, path }) =>
        isThisAction(`${owner}/${name}@${ref}`)
          ? metadata
          : metadataOf([owner, name, path].filter(Boolean).join('/')),
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
    inputs: Object.fromEntries(inputs.map((name) => [name, { description: name, required: false }])),
  };
}
