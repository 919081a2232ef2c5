// The workflow emulator: conditions, expressions, needs and matrices behave as on GitHub.

import { describe, expect, it } from 'vitest';
import { workflowsIn } from './documented-workflows.ts';
import { completeEvent, refOf } from './event.ts';
import { holds, interpolate } from './expressions.ts';
import { combinations, jobOrder, parseWorkflow } from './workflow.ts';

const CONTEXTS = {
  secrets: { TOKEN: 'abc' },
  steps: { media: { outputs: { urns: '{"a b.png":"urn:li:image:1"}', 'failed-count': '0' } } },
  matrix: { share: '1/3' },
};

describe('expressions', () => {
  it.each([
    ['text without an expression', 'no expression', 'no expression'],
    ['a secret', 'x ${{ secrets.TOKEN }} y', 'x abc y'],
    ['a missing secret', '[${{ secrets.NONE }}]', '[]'],
    ['a key of JSON', "${{ fromJSON(steps.media.outputs.urns)['a b.png'] }}", 'urn:li:image:1'],
    ['a function', "${{ format('{0}-{1}', matrix.share, 2) }}", '1/3-2'],
    ['a comparison', "${{ steps.media.outputs.failed-count == '0' }}", 'true'],
  ])('interpolation resolves %s', (_, text, value) => {
    expect(interpolate(text, CONTEXTS)).toBe(value);
  });

  it.each([
    [undefined, true, false],
    ['always()', true, true],
    ['failure()', false, true],
    ["steps.media.outputs.failed-count == '0'", true, false],
    ["${{ !cancelled() && matrix.share == '1/3' }}", true, true],
    ["steps.media.outputs.none != ''", false, false],
  ])(
    'the condition `if: %s` holds after a success: %s, after a failure: %s',
    (condition, afterSuccess, afterFailure) => {
      expect(holds(condition, CONTEXTS, 'success')).toBe(afterSuccess);
      expect(holds(condition, CONTEXTS, 'failure')).toBe(afterFailure);
    },
  );

  it('an unknown context or a syntax error throws', () => {
    expect(() => interpolate('${{ nonsense.x }}', CONTEXTS)).toThrow(/Unrecognized/);
    expect(() => interpolate('${{ secrets. }}', CONTEXTS)).toThrow(/Unexpected/);
  });
});

describe('events', () => {
  const workflow = parseWorkflow('on: { push: {}, pull_request: {}, release: {}, schedule: [] }');

  it.each([
    ['push', {}, 'refs/heads/main'],
    ['pull_request', { number: 7 }, 'refs/pull/7/merge'],
    ['release', { release: { tag_name: 'v3' } }, 'refs/tags/v3'],
    ['release', { release: { name: 'Three' } }, 'refs/tags/v2.0'],
    ['schedule', {}, 'refs/heads/main'],
  ])('a run for %s with %j has its own ref', (name, payload, ref) => {
    expect(refOf(completeEvent(workflow, { name, payload }))).toBe(ref);
  });

  it('a workflow starts for its first event by default, and for no event that it does not name', () => {
    expect(completeEvent(workflow).name).toBe('push');
    expect(completeEvent(parseWorkflow('on: workflow_dispatch')).name).toBe('workflow_dispatch');
    expect(completeEvent(parseWorkflow('on: [release, push]')).name).toBe('release');
    expect(() => completeEvent(workflow, { name: 'workflow_dispatch' })).toThrow(
      'does not start the workflow',
    );
  });
});

describe('jobs', () => {
  const workflow = parseWorkflow(`
name: a
on: push
jobs:
  gather: { needs: [upload], runs-on: ubuntu-latest, steps: [] }
  upload:
    needs: check
    runs-on: ubuntu-latest
    strategy: { matrix: { share: [1/2, 2/2], os: [a, b] } }
    steps: []
  check: { runs-on: ubuntu-latest, steps: [] }
`);

  it('a job runs after the jobs that it needs', () => {
    expect(jobOrder(workflow)).toEqual(['check', 'upload', 'gather']);
  });

  it('a job runs once for each combination of its matrix', () => {
    const made = (id: string) => combinations(workflow.jobs[id] ?? expect.fail(id));
    expect(made('check')).toEqual([{}]);
    expect(made('upload')).toEqual([
      { share: '1/2', os: 'a' },
      { share: '1/2', os: 'b' },
      { share: '2/2', os: 'a' },
      { share: '2/2', os: 'b' },
    ]);
  });
});

it('each YAML block of a page is a workflow with a name and a line number', () => {
  const page = 'text\n\n```yaml\nname: One\non: push\n```\n\n```json\n{}\n```\n\n```yml\nname: Two\n```\n';
  expect(workflowsIn('a.md', page)).toEqual([
    { page: 'a.md', line: 3, name: 'One', text: 'name: One\non: push\n', expanded: 'name: One\non: push\n' },
    { page: 'a.md', line: 12, name: 'Two', text: 'name: Two\n', expanded: 'name: Two\n' },
  ]);
});
