// The upload action with step debugging: each request is logged without any part of its query, and an upload without its path.

import { describe, expect, it } from 'vitest';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import { endsOf, MEDIA, publish, TOKEN } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';

const FILES = {
  ...MEDIA,
  'media/clips/launch.srt': { sample: 'launch.srt' },
  'media/clips/launch.thumbnail.jpg': { sample: 'launch.thumbnail.jpg' },
};
const MATCHED = 'media/**\n!media/**/*.srt\n!media/**/*.thumbnail.jpg';
const LINE =
  /^(?:(?:GET|POST) (127\.0\.0\.1:\d+\/[^?]+) \((register|complete|status)\)|the upload to (127\.0\.0\.1:\d+)): \d{3} after [^[]+?( \[x-li-uuid \S+\])?$/;

/** The logged requests, before the runner masks the log. */
function requestsIn(run: StepRun): { place: string; phase: string }[] {
  return run.rawLog.flatMap((line) => {
    const [found, place = '', phase = 'upload', host = place] =
      LINE.exec(line.replace(/^::debug::/, '')) ?? [];
    return found === undefined ? [] : [{ place: host, phase }];
  });
}

/** The log, outputs, annotations and summary of a run, without the mask commands. */
function sinksOf(run: StepRun): string {
  const log = run.rawLog.filter((line) => !line.startsWith('::add-mask::'));
  return [...log, JSON.stringify(run.outputs), JSON.stringify(run.annotations), run.summary].join('\n');
}

/** For `around` of `publish`: records the addresses in the answers. */
function notingAddresses(): { around: (handle: SandboxHandler) => SandboxHandler; addresses: URL[] } {
  const addresses: URL[] = [];
  const around =
    (handle: SandboxHandler): SandboxHandler =>
    async (request) => {
      const reply = await handle(request);
      for (const [text] of reply.body.matchAll(/http:[^"]*\/dms-uploads\/[^"]*/g))
        addresses.push(new URL(text));
      return reply;
    };
  return { around, addresses };
}

/** A shorter value may be part of any word. */
const TELLING_CHARS = 8;

/** Every part of the queries of `addresses` that is in `text`: pairs, names as in a query, and values. */
function queriesIn(text: string, addresses: readonly URL[]): string[] {
  const pieces = addresses.flatMap(({ search }) =>
    search
      .slice(1)
      .split('&')
      .flatMap((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return [pair, `?${name}=`, `&${name}=`, ...(value.length < TELLING_CHARS ? [] : [value])];
      }),
  );
  return [...new Set(pieces)].filter((piece) => text.includes(piece));
}

describe.each([
  ['assets', { 'multipart-threshold-mb': '1' }],
  ['media', { sidecars: 'true' }],
])('Request log, api: %s', (api, inputs) => {
  it('the debug log has each call with its host, path, status and x-li-uuid, and each upload with its host', async () => {
    const { around, addresses } = notingAddresses();
    const given = { api, files: MATCHED, ...inputs };
    const { run, sandbox } = await publish({ debug: true, files: FILES, inputs: given, around });
    expect([...new Set(Object.values(endsOf(run)))]).toEqual(['available']);
    const requests = requestsIn(run);
    const { register, upload, complete, status } = sandbox.model.calls();
    expect(requests).toHaveLength(register + upload + complete + status);
    const uploads = requests.filter(({ phase }) => phase === 'upload');
    expect(uploads.map(({ place }) => place)).toEqual(addresses.map(({ host }) => host));
    expect(run.log.join('\n')).toMatch(/^##\[debug\].*x-li-uuid/m);
    expect(queriesIn(sinksOf(run), addresses)).toEqual([]);
    expect(sinksOf(run)).not.toContain(TOKEN);
  });
});
