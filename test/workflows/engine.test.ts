// The emulator of workflows itself: conditions, expressions, needs and matrices as GitHub has them.

import { describe, expect, it } from 'vitest';
import { holds, interpolate } from './expressions.ts';
import { workflowsIn } from './shown.ts';
import { combinations, jobOrder, parseWorkflow } from './workflow.ts';

const CONTEXTS = {
  secrets: { TOKEN: 'abc' },
  steps: { media: { outputs: { urns: '{"a b.png":"urn:li:image:1"}', 'failed-count': '0' } } },
  matrix: { share: '1/3' },
};

describe('expressions', () => {
  it.each([
    ['text', 'no expression', 'no expression'],
    ['a secret', 'x ${{ secrets.TOKEN }} y', 'x abc y'],
    ['nothing', '[${{ secrets.NONE }}]', '[]'],
    ['JSON', "${{ fromJSON(steps.media.outputs.urns)['a b.png'] }}", 'urn:li:image:1'],
    ['a function', "${{ format('{0}-{1}', matrix.share, 2) }}", '1/3-2'],
    ['a comparison', "${{ steps.media.outputs.failed-count == '0' }}", 'true'],
  ])('%s', (_, text, value) => {
    expect(interpolate(text, CONTEXTS)).toBe(value);
  });

  it.each([
    [undefined, true, false],
    ['always()', true, true],
    ['failure()', false, true],
    ["steps.media.outputs.failed-count == '0'", true, false],
    ["${{ !cancelled() && matrix.share == '1/3' }}", true, true],
    ["steps.media.outputs.none != ''", false, false],
  ])('if: %s', (condition, afterSuccess, afterFailure) => {
    expect(holds(condition, CONTEXTS, 'success')).toBe(afterSuccess);
    expect(holds(condition, CONTEXTS, 'failure')).toBe(afterFailure);
  });

  it('an unknown context or a fault of grammar is an error', () => {
    expect(() => interpolate('${{ nonsense.x }}', CONTEXTS)).toThrow(/Unrecognized/);
    expect(() => interpolate('${{ secrets. }}', CONTEXTS)).toThrow(/Unexpected/);
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

  it('run after those they need', () => {
    expect(jobOrder(workflow)).toEqual(['check', 'upload', 'gather']);
  });

  it('run once for each combination of their matrix', () => {
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

it('a page shows each block of YAML as a workflow, with its name and line', () => {
  const page = 'text\n\n```yaml\nname: One\non: push\n```\n\n```json\n{}\n```\n\n```yml\nname: Two\n```\n';
  expect(workflowsIn('a.md', page)).toEqual([
    { page: 'a.md', line: 3, name: 'One', text: 'name: One\non: push\n' },
    { page: 'a.md', line: 12, name: 'Two', text: 'name: Two\n' },
  ]);
});
