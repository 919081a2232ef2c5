// `npm run e2e` only: a workflow sees the same in `act` as in the emulator. Their known differences are listed here.

import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { preload } from '../dist/scenes.ts';
import { runInAct } from './act.ts';
import { type JobRecord, runWorkflow } from './engine.ts';
import { isInAct, setUp } from './workflow-setup.ts';

const WORKFLOW = `
name: Probe
on: [push, release, pull_request, schedule, workflow_dispatch]
permissions: { contents: read }
env: { ONE: workflow, TWO: workflow }
jobs:
  probe:
    runs-on: ubuntu-latest
    strategy: { fail-fast: false, matrix: { share: [1/2, 2/2] } }
    env: { TWO: job, THREE: job }
    outputs:
      text: \${{ steps.script.outputs.text }}
    steps:
      - uses: actions/checkout@v7
      - id: script
        env:
          THREE: step
          SHARE: \${{ matrix.share }} \${{ strategy.job-index }}
          REF: \${{ github.ref_name }}
        run: |
          git status --short --branch
          git log -1 --format=%H
          printf 'text<<END\\na\\n\\nb=c\\nEND\\n' >> "$GITHUB_OUTPUT"
          echo "FOUR=script" >> "$GITHUB_ENV"
          echo "## Summary" >> "$GITHUB_STEP_SUMMARY"
          node -e ''
      - id: media
        uses: your-org/linkedin-media-upload@v1
        with: { mode: plan, owner: 'urn:li:organization:24141830', api: media, files: 'media/*.png' }
      - id: failing
        run: echo "$FOUR"; ls nothing || exit 3; echo never
      - run: echo skipped
      - if: failure() && steps.failing.outcome == 'failure' && steps.script.conclusion == 'success'
        run: echo "\${{ job.status }}"
  skipped:
    needs: probe
    runs-on: ubuntu-latest
    steps:
      - run: echo never
  always:
    needs: [probe]
    if: always() && needs.probe.result == 'failure'
    runs-on: ubuntu-latest
    steps:
      - env: { TEXT: "\${{ needs.probe.outputs.text }}" }
        run: echo "$TEXT"
`;

/** The outcomes of the steps of `probe`. */
const RUN = ['success', 'success', 'success', 'failure', 'skipped', 'success'];

/** A line with the variables of a step, which each Node process in it prints. */
const PRINTED = 'VARIABLES ';

/** Of the runner or the machine, or wrong in `act`, which numbers steps without an id and gives pull requests no ref type. */
const DIFFERENT = ['HOME', 'PATH', 'SHLVL', '_', 'RUNNER_NAME', 'GITHUB_ACTION', 'GITHUB_REF_TYPE'];

/** Each step of the jobs that ran, with `a path` in place of paths. `values` are its variables and outputs. */
function stepsIn(jobs: readonly JobRecord[]) {
  return jobs.flatMap(({ id, matrix, result, steps }) =>
    steps.map(({ label, outcome, summary, outputs, log }) => {
      const printed = log.find((line) => line.startsWith(PRINTED))?.slice(PRINTED.length) ?? '{}';
      const values = Object.entries<string>({ ...outputs, ...JSON.parse(printed) })
        .filter(([name]) => !DIFFERENT.includes(name))
        .map(([name, value]) => [name, value.includes(tmpdir()) ? 'a path' : value]);
      const lines = log.filter((line) => !line.startsWith(PRINTED) && !line.includes(tmpdir()));
      return { id, matrix, result, label, outcome, summary, lines, values: Object.fromEntries(values) };
    }),
  );
}

it.skipIf(!isInAct).each(['push', 'release', 'pull_request', 'schedule', 'workflow_dispatch'])(
  'a workflow started by %s has the same variables, outcomes, outputs and summaries in act and in the emulator',
  async (name) => {
    const setup = await setUp();
    const env = preload(`console.log('${PRINTED}' + JSON.stringify(process.env))`);
    const context = { ...(await setup.contextOf(WORKFLOW, { name })), env };
    const emulated = stepsIn(await runWorkflow(WORKFLOW, context));
    const inAct = stepsIn(await runInAct(WORKFLOW, context));
    await setup.close();
    expect(inAct).toMatchObject(emulated);
    expect(inAct.map(({ outcome }) => outcome)).toEqual([...RUN, ...RUN, 'success']);
  },
);
