// No documented workflow shares a concurrency group in a way that loses a post or an upload.

import { describe, expect, it } from 'vitest';
import { findSharedGroups } from './concurrency-groups.ts';
import { readDocumentedWorkflows } from './documented-workflows.ts';

const WORKFLOWS = readDocumentedWorkflows();

it('a run with a text of its own, such as a release or a form, shares no group with another run in any documented workflow', () => {
  const pages = new Set(WORKFLOWS.map(({ page }) => page));
  expect([...pages]).toEqual(
    expect.arrayContaining([
      'README.md',
      'post/README.md',
      'docs/post-workflows.md',
      'docs/release.md',
    ]),
  );
  expect(findSharedGroups(WORKFLOWS.map(({ expanded }) => expanded))).toEqual([]);
});

it.each(['Announce a release', 'Announce a release with its notes', 'Post now'])(
  '“%s” with the old group of all posts, on the job or on the workflow, is found to lose a text',
  (name) => {
    const { text } = WORKFLOWS.find((one) => one.name === name) ?? expect.fail('none');
    const bare = text.replace(/^ {4}concurrency:\n(?: {6}.*\n)+/m, '');
    expect(findSharedGroups([bare])).toEqual([]);
    const onJob = bare.replace(/^ {4}runs-on: /m, '    concurrency: linkedin-posts\n$&');
    const onWorkflow = bare.replace(/^jobs:/m, 'concurrency: linkedin-posts\n$&');
    for (const old of [onJob, onWorkflow]) {
      const [line, ...others] = findSharedGroups([old]);
      expect(others).toEqual([]);
      expect(line).toMatch(new RegExp(`^linkedin-posts: ${name} \\(.* 1\\), ${name} \\(.* 2\\)`));
    }
  },
);

interface Example {
  readonly on: string;
  /** The group of the job. */
  readonly group: string;
  readonly inputs?: string;
  readonly name?: string;
  readonly matrix?: string;
}

function workflow({
  on,
  group,
  inputs = '{ posts: posts/*.md }',
  name = 'a',
  matrix,
}: Example): string {
  return [
    `name: ${name}`,
    `on: ${on}`,
    'jobs:',
    '  post:',
    ...(matrix === undefined ? [] : [`    strategy: { matrix: ${matrix} }`]),
    `    concurrency: { group: '${group}', cancel-in-progress: false }`,
    '    steps:',
    `      - { uses: your-org/linkedin-media-upload/post@v1, with: ${inputs} }`,
  ].join('\n');
}

const FORM = '{ workflow_dispatch: { inputs: { text: {}, page: {} } } }';
const TEXT = "{ text: '${{ inputs.text }}' }";

it('the jobs for several pages run at most four at a time: more of them starve one another at the branch', () => {
  const { jobs } =
    WORKFLOWS.find(({ name }) => name === 'Publish on several pages') ?? expect.fail('none');
  expect(jobs[0]?.strategy).toMatchObject({ 'max-parallel': 4 });
});

describe('groups', () => {
  it.each<[string, Example]>([
    [
      'releases in the group of their branch or repository',
      { on: 'release', group: 'x-${{ github.repository }}' },
    ],
    ['forms in the group of their branch', { on: FORM, group: '${{ github.ref }}', inputs: TEXT }],
    [
      'forms with one field of two in the name of the group',
      { on: FORM, group: 'x-${{ inputs.page }}', inputs: TEXT },
    ],
    ['pushes with a text from a file', { on: 'push', group: 'x', inputs: '{ text-file: a.txt }' }],
    [
      'scheduled uploads of the newest release',
      { on: 'schedule', group: 'x', inputs: "{ release-assets: '*' }" },
    ],
    [
      'the jobs of a matrix in one group',
      { on: 'push', group: 'x', matrix: '{ include: [{ owner: a }, { owner: b }] }' },
    ],
  ])('%s are found to lose a run', (_, example) => {
    expect(findSharedGroups([workflow(example)])).toHaveLength(1);
  });

  it('two workflows with the same group of a release are found to lose a run, whatever the case of its name', () => {
    const group = 'x-${{ github.event.release.tag_name }}';
    const [one, two] = [
      workflow({ on: 'release', group }),
      workflow({ on: 'release', group: group.replace('x', 'X'), name: 'b' }),
    ];
    expect(findSharedGroups([one, two])).toEqual([
      'x-v1: a (release 1), b (release 1)',
      'x-v2: a (release 2), b (release 2)',
    ]);
    expect(findSharedGroups([one])).toEqual([]);
  });

  it('a release that shares the group of a folder of posts is found to lose a run', () => {
    const release = workflow({ on: 'release', group: 'x', name: 'b' });
    expect(findSharedGroups([workflow({ on: 'push', group: 'x' }), release])).toHaveLength(1);
  });

  it.each<[string, Example]>([
    ['a folder of posts', { on: '[push, schedule]', group: 'x' }],
    ['releases by tag', { on: 'release', group: 'x-${{ github.ref_name }}' }],
    ['forms by run', { on: FORM, group: 'x-${{ github.run_id }}', inputs: TEXT }],
    [
      'the jobs of a matrix by owner',
      { on: 'push', group: '${{ matrix.owner }}', matrix: '{ owner: [a, b] }' },
    ],
  ])('%s may have a group', (_, example) => {
    expect(findSharedGroups([workflow(example)])).toEqual([]);
  });
});
