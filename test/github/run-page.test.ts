// The pages of a run on GitHub, and the addresses of its files, in which no name becomes another part of a URL or markup.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressesAt, originOf, runUrl } from '../../src/github/run-page.ts';

const MERGED = '0'.repeat(40);
const HEAD = 'a'.repeat(40);
const ENV = {
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'octocat/media',
  GITHUB_SHA: MERGED,
  GITHUB_RUN_ID: '12',
};

function eventFile(event: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
  writeFileSync(file, JSON.stringify(event));
  return file;
}

describe('addressesAt', () => {
  it('a file has its address at the commit of the run', () => {
    expect(addressesAt(ENV)('media/a.png')).toBe(
      `https://github.example/octocat/media/blob/${MERGED}/media/a.png`,
    );
  });

  it('a file of a pull request has its address at the head, which outlives the merge commit', () => {
    const GITHUB_EVENT_PATH = eventFile({ pull_request: { head: { sha: HEAD } } });
    expect(addressesAt({ ...ENV, GITHUB_EVENT_PATH })('media/a.png')).toContain(`/blob/${HEAD}/`);
  });

  it.each([{ pull_request: { head: { sha: '../../x' } } }, { pull_request: null }, []])(
    'an event without the commit of a head is ignored: %j',
    (event) => {
      const env = { ...ENV, GITHUB_EVENT_PATH: eventFile(event) };
      expect(addressesAt(env)('media/a.png')).toContain(`/blob/${MERGED}/`);
    },
  );

  it('no name becomes another part of the URL, markup or Markdown', () => {
    const name = `media/a?raw=x&y#z "q'<b>(_*~!%41.png`;
    const path = new URL(addressesAt(ENV)(name) ?? '').pathname.split(`/blob/${MERGED}/`)[1] ?? '';
    expect(decodeURIComponent(path)).toBe(name);
    expect(path).toMatch(/^[\w%./-]+$/);
    expect(path.replaceAll(/%[\dA-F]{2}/g, '')).not.toContain('_');
  });

  it.each([{ GITHUB_SERVER_URL: '' }, { GITHUB_REPOSITORY: 'a/b/c' }, { GITHUB_SHA: '' }])(
    'outside GitHub, a file has no address: %j',
    (more) => {
      expect(addressesAt({ ...ENV, ...more })('media/a.png')).toBeNull();
    },
  );

  it('an asset of a release has no address', () => {
    expect(addressesAt(ENV)('release:v1/a.png')).toBeNull();
  });
});

it('the page of a run is that of its repository, and there is none outside GitHub', () => {
  expect(runUrl(ENV)).toBe('https://github.example/octocat/media/actions/runs/12');
  expect(runUrl({ ...ENV, GITHUB_SERVER_URL: 'javascript:alert(1)' })).toBeNull();
  expect(runUrl({ ...ENV, GITHUB_RUN_ID: '' })).toBeNull();
});

it('a run has its repository, branch, commit and number, with their pages', () => {
  const repository = 'https://github.example/octocat/media';
  expect(originOf({ ...ENV, GITHUB_REF_NAME: 'main', GITHUB_RUN_NUMBER: '1204' })).toEqual([
    { text: 'octocat/media', url: repository },
    { text: 'main', url: null },
    { text: '0000000', url: `${repository}/commit/${MERGED}` },
    { text: 'run 1,204', url: `${repository}/actions/runs/12` },
  ]);
});

it('a run for a pull request has its branch, not the merge reference', () => {
  const origin = originOf({ ...ENV, GITHUB_REF_NAME: '7/merge', GITHUB_HEAD_REF: 'launch' });
  expect(origin[1]).toEqual({ text: 'launch', url: null });
});

it('outside GitHub, nothing is known of a run', () => {
  expect(originOf({})).toEqual([]);
});
