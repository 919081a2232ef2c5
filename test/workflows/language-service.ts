// GitHub's own judgement of a workflow, as its editors show it, with this action's inputs known to it.

import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';

// The service imports its schemas as only a bundler can: Node wants to be told that they are JSON.
registerHooks({
  load: (url, context, next) =>
    url.endsWith('.json')
      ? next(url, { ...context, format: 'json', importAttributes: { type: 'json' } })
      : next(url, context),
});
const { validate } = await import('@actions/languageservice');

/** Of other actions, the inputs that the workflows shown, and our own, use: GitHub's own metadata cannot be asked for. */
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

// The service remembers what it parsed by the name of the file.
let documents = 0;

/** Each complaint as `line: message`; none for a workflow that GitHub would take. */
export async function complaintsAbout(workflow: string): Promise<string[]> {
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
