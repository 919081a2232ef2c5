// The workflows in README and docs: each YAML block is a complete workflow.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export interface DocumentedWorkflow {
  readonly page: string;
  /** The line of the opening fence. */
  readonly line: number;
  /** The `name:` of the workflow, which is unique over all pages. */
  readonly name: string;
  readonly text: string;
}

export function readDocumentedWorkflows(): DocumentedWorkflow[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`)].flatMap((page) =>
    workflowsIn(page, readFileSync(join(ROOT, page), 'utf8')),
  );
}

export function workflowsIn(page: string, markdown: string): DocumentedWorkflow[] {
  return [...markdown.matchAll(/^```ya?ml\n(.*?)^```$/gms)].map(({ 1: text = '', index }) => ({
    page,
    line: markdown.slice(0, index).split('\n').length,
    name: /^name: (.+)$/m.exec(text)?.[1] ?? '',
    text,
  }));
}
