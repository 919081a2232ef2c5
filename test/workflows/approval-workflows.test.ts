// The workflows of docs/approval.md are valid, and follow the rules for jobs that post. Their fences say `yaml post`, so that no
// test runs them yet; with `yaml` alone, documented-workflows.test.ts demands a run.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowsIn } from './documented-workflows.ts';
import { holds } from './expressions.ts';
import { workflowErrors } from './language-service.ts';
import { parseWorkflow } from './workflow.ts';

const PAGE = 'docs/approval.md';
const markdown = readFileSync(join(resolve(import.meta.dirname, '../..'), PAGE), 'utf8').replaceAll(
  '\r\n',
  '\n',
);
const WORKFLOWS = workflowsIn(PAGE, markdown.replaceAll('```yaml post', '```yaml'));

const PULL_REQUEST = { event_name: 'pull_request', ref: 'refs/pull/1/merge' };

describe('workflows of docs/approval.md', () => {
  it('show both ways', () => {
    expect(WORKFLOWS.map(({ name }) => name)).toEqual([
      'Publish reviewed posts',
      'Publish posts after an approval',
    ]);
  });

  it.each(WORKFLOWS)('$page:$line $name is valid for GitHub', async ({ text }) => {
    // The language service would take the inputs of the action in the root for those of the action in `post`.
    const errors = await workflowErrors(text.replaceAll('upload/post@', 'upload-post@'));
    expect(errors.filter((error) => !/Unable to resolve action `your-org\/.+-post@v1`/.test(error))).toEqual(
      [],
    );
  });

  it.each(WORKFLOWS)(
    '$page:$line $name gives a pull request no secret and no write permission',
    ({ text }) => {
      const { permissions, jobs } = parseWorkflow(text);
      const contexts = { github: PULL_REQUEST, needs: { preview: { outputs: { results: '[]' } } } };
      const ran = Object.entries(jobs).filter(([, job]) => holds(job.if, contexts, 'success'));
      expect(ran.map(([id]) => id)).toEqual(['preview']);
      for (const [, job] of ran) {
        expect(Object.values(job.permissions ?? permissions ?? {})).toEqual(['read']);
        expect(JSON.stringify(job)).not.toContain('secrets.');
      }
    },
  );

  it.each(WORKFLOWS)('$page:$line $name posts in a job that follows the rules for posts', ({ text }) => {
    const { publish } = parse(text).jobs;
    expect(publish.concurrency).toEqual({ group: 'linkedin-posts', 'cancel-in-progress': false });
    expect(publish.environment).toEqual({ name: 'linkedin', url: '${{ steps.post.outputs.post-url }}' });
    const [checkout, post] = publish.steps;
    expect(checkout.with.ref).toBe('${{ github.ref }}');
    expect(post).toMatchObject({ id: 'post', uses: 'your-org/linkedin-media-upload/post@v1' });
    const needed = { review: 'pull-requests', environment: 'actions' }[String(post.with.approval)];
    expect(publish.permissions).toEqual({ contents: 'write', [needed ?? '']: 'read' });
  });

  it.each([
    ['[{"state":"planned"},{"state":"known"}]', true],
    ['[{"state":"known"},{"state":"scheduled"}]', false],
    ['[]', false],
  ])('a reviewer is asked only if a post is due: %s', (results, isAsked) => {
    const [, { text } = { text: '' }] = WORKFLOWS;
    const { publish } = parseWorkflow(text).jobs;
    const contexts = { github: { event_name: 'push' }, needs: { preview: { outputs: { results } } } };
    expect(holds(publish?.if, contexts, 'success')).toBe(isAsked);
  });
});
