// Upload credentials are hidden from the log; nothing that users are to read is hidden with them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hearing } from '../../src/action/hearing.ts';
import { outputsOf } from '../../src/action/outputs.ts';
import { identify } from '../../src/linkedin/session.ts';
import { Masks } from '../support/masks.ts';
import { reportOf } from './delivery-stage.ts';
import { assetUrn, ledgerOf, picture, recordAll, settle } from './ledgers.ts';
import { recordingSay } from './recording-say.ts';

const KEY = '1lrKqjt4fYuqw1';
const URN = assetUrn('C5622AQHdBDflPp0pEg');
const ENV = { GITHUB_WORKSPACE: '/home/runner/work/media-2026', RUNNER_TEMP: '/home/runner/temp-42' };

function listen(paths: readonly string[] = ['media/hero-2026-launch.png']) {
  const say = recordingSay();
  const ledger = ledgerOf(paths.map((path) => picture(path)));
  return { say, ledger, hear: hearing(ledger, { env: ENV, say }), masks: () => say.texts('mask') };
}

it('hides a credential, once', () => {
  const { hear, masks } = listen();
  hear.onSecret(KEY, URN);
  hear.onSecret(KEY, URN);
  expect(masks()).toEqual([KEY]);
});

it('hides fifty a run at most', () => {
  const { hear, masks } = listen();
  for (let index = 0; index < 60; index += 1) hear.onSecret(`${KEY}-${index}`, URN);
  expect(masks()).toHaveLength(50);
});

// Base64 of it is an id that LinkedIn might give.
const PLAIN = 'Key-of-2026.';

describe('leaves alone what a mask of would hide more than itself', () => {
  it.each([
    ['a short text', KEY.slice(0, 11)],
    ['a number', '20260925123456'],
    ['several lines, each of which would be masked', `${KEY}\n1`],
    ['a text in quotes, which the runner takes off', `"${KEY}"`],
    ['an ampersand, on either side of which the runner looks', `${KEY}&1`],
    ['the URN that came along', URN],
    ['the id in it', 'C5622AQHdBDflPp0pEg'],
    ['a piece of a path', 'hero-2026-launch'],
    ['a piece of the workspace', 'work/media-2026'],
    ['a piece of the folder of the results', 'runner/temp-42'],
    ['a word of ours', 'digitalmediaRecipe'],
    ['the name of a field', 'possibleOrphans'],
    ['a word of a hint', 'www.linkedin-apistatus.com'],
    ['the name of an output', 'outputs-truncated'],
    ['the URN of another file', 'A1-another-file'],
    ['one that was given up', 'A0-given-up-0'],
  ])('%s', (_, secret) => {
    const { hear, masks, ledger } = listen(['media/hero-2026-launch.png', 'b.png']);
    recordAll(ledger, 0, [
      { kind: 'registered', identity: identify(assetUrn('A0-given-up-0'), 'image'), parts: 1 },
      { kind: 'abandoned' },
    ]);
    recordAll(ledger, 1, [
      { kind: 'registered', identity: identify(assetUrn('A1-another-file'), 'image'), parts: 1 },
    ]);
    hear.onSecret(secret, URN);
    expect(masks()).toEqual([]);
  });

  it.each([0, 1, 2])('what the URN holds as base64, %i bytes on', (shift) => {
    const { hear, masks } = listen();
    hear.onSecret(`${'x'.repeat(shift)}${PLAIN}`, assetUrn(`C5${Buffer.from(PLAIN).toString('base64')}`));
    expect(masks()).toEqual([]);
  });

  it('a piece of the owner', () => {
    const { hear, masks } = listen();
    hear.onSecret('organization', URN);
    expect(masks()).toEqual([]);
  });
});

it('no credential, whatever it is, costs an output', () => {
  const word = fc.oneof(
    fc.string({ minLength: 12, maxLength: 30 }),
    fc.stringMatching(/^[\w.-]{12,24}$/),
    fc.constantFrom(KEY, 'hero-2026-launch', 'C5622AQHdBDflPp0pEg', PLAIN),
  );
  const property = fc.property(fc.array(word, { maxLength: 5 }), word, (secrets, path) => {
    const { hear, masks, ledger } = listen([`media/${path}`, 'media/hero-2026-launch.png']);
    for (const secret of secrets) hear.onSecret(secret, URN);
    settle(ledger, 0, { state: 'available', id: 'C5622AQHdBDflPp0pEg' });
    const runner = new Masks();
    for (const mask of masks()) runner.add(mask);
    const { values } = outputsOf(reportOf(ledger), { results: '/home/runner/temp-42/r.json', posts: '' });
    expect(Object.entries(values).filter(([, value]) => runner.isIn(value))).toEqual([]);
  });
  fc.assert(property, { numRuns: 1000 });
});
