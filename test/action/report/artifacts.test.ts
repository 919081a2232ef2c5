// What LinkedIn made of a file, as it is told: renditions and durations to people, addresses in `results` alone.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildSummary } from '../../../src/action/report/summary.ts';
import { LinkedInError } from '../../../src/errors.ts';
import type { Artifact } from '../../../src/linkedin/session.ts';
import type { Ledger } from '../../../src/publish/ledger.ts';
import { changesUntil, ledgerOf, mediaLedgerOf, picture, recordAll, video } from '../ledgers.ts';
import { type ReporterFixture, reportOf, setUpReporter, watchStdout } from './reporter-fixture.ts';
import { shown, tableRows } from './summary-text.ts';

watchStdout();

/** Stands in every address, its path as well as its query: none of them is for a log. */
const CANARY = 'c4n4ry';
const ADDRESS = `https://dms.licdn.example/${CANARY}/0?sig=${CANARY}`;

const HLS: Artifact = {
  kind: 'com.linkedin.digitalmedia.mediaartifact.HlsPlaylist',
  protocol: 'HLS',
  durationSeconds: 75.4,
  renditions: [
    {
      artifactClass: 'urn:li:digitalmediaMediaArtifactClass:hls-720p',
      averageBitrate: 1_499_700,
      maximumBitrate: 2_000_000,
      codecs: ['avc1.64001f', 'mp4a.40.2'],
    },
    { artifactClass: 'urn:li:digitalmediaMediaArtifactClass:hls-audio', codecs: [] },
    { codecs: [] },
  ],
  addresses: [{ url: ADDRESS, mediaType: 'application/x-mpegURL', expiresAt: '2026-11-25T00:00:00.000Z' }],
};
const STILL: Artifact = { kind: 'StillImage', durationSeconds: 0, addresses: [{ url: ADDRESS }] };
const DOWNLOAD: Artifact = { kind: 'download', addresses: [{ url: ADDRESS }] };
const UNKNOWN: Artifact = { kind: 'hologram', data: { where: ADDRESS }, addresses: [] };
/** Addresses where words are due. */
const MISPLACED: Artifact = {
  kind: ADDRESS,
  protocol: ADDRESS,
  durationSeconds: 1,
  renditions: [{ artifactClass: ADDRESS, averageBitrate: 64_000, codecs: [ADDRESS] }],
  addresses: [],
};

function record(ledger: Ledger, artifacts: readonly Artifact[]): void {
  recordAll(ledger, 0, changesUntil('uploaded', { kind: 'video' }));
  ledger.record(0, { kind: 'artifacts', artifacts });
  ledger.record(0, { kind: 'settled', state: 'available' });
}

function summaryWith(artifacts: readonly Artifact[]): string {
  const ledger = ledgerOf([video('clip.mp4')]);
  record(ledger, artifacts);
  return buildSummary(reportOf(ledger), null);
}

describe('the summary', () => {
  it('tells renditions and durations, one artifact a row', () => {
    const rows = tableRows(summaryWith([HLS, STILL]), 'What LinkedIn made of them');
    expect(rows.map(shown)).toEqual([
      `| clip.mp4 | ${HLS.kind} | 1 min 15 s | hls-720p, 1500 kbit/s, avc1.64001f + mp4a.40.2\nhls-audio |`,
      '| clip.mp4 | StillImage | 0.0 s |  |',
    ]);
  });

  it.each([
    ['no artifacts', []],
    ['addresses alone', [DOWNLOAD, UNKNOWN]],
  ])('has no such section for %s', (_, artifacts) => {
    expect(summaryWith(artifacts).match(/^###.*$/gm)).toEqual(['### Files']);
  });

  it('never holds an address, wherever it stood', () => {
    const summary = summaryWith([HLS, STILL, DOWNLOAD, UNKNOWN, MISPLACED]);
    expect(summary).toContain('64 kbit/s');
    expect(summary).not.toContain(CANARY);
    expect(summary).not.toContain('licdn');
  });
});

describe('a run that read artifacts', () => {
  const ALL = [HLS, STILL, DOWNLOAD, UNKNOWN, MISPLACED];

  async function follow({ reporter }: ReporterFixture, ledger: Ledger): Promise<void> {
    await reporter.observe(ledger, 'assets', async () => record(ledger, ALL));
    expect(reporter.deliver(reportOf(ledger))).toBe(0);
  }

  const saidIn = ({ logger }: ReporterFixture) =>
    logger.records.map(({ text, title }) => `${title} ${text}`).join('\n');

  it('has their addresses in `results` and in the results file, and nowhere else', async () => {
    const here = await setUpReporter();
    await follow(here, ledgerOf([video('clip.mp4')]));
    const { results = '', 'results-file': path = '', ...others } = await here.outputs();
    expect(JSON.parse(results)[0].artifacts).toEqual(ALL);
    expect(JSON.parse(readFileSync(path, 'utf8'))[0].artifacts).toEqual(ALL);
    for (const text of [JSON.stringify(others), await here.summary(), saidIn(here)])
      expect(text).not.toContain(CANARY);
  });

  it('keeps them out of the log too where the outputs go there', async () => {
    const here = await setUpReporter({ GITHUB_OUTPUT: undefined });
    await follow(here, ledgerOf([video('clip.mp4')]));
    expect(saidIn(here)).toContain('output results: [{"file":"clip.mp4",');
    expect(saidIn(here)).not.toContain(CANARY);
  });
});

describe('artifacts that could not be read', () => {
  it('are told in the log, and the file is a success', async () => {
    const { reporter, logger } = await setUpReporter();
    const ledger = mediaLedgerOf([picture('a.png')]);
    const error = new LinkedInError('ACCESS_DENIED', `LinkedIn refused it: "${ADDRESS}"`, { status: 403 });
    await reporter.observe(ledger, 'media', async () => {
      recordAll(ledger, 0, changesUntil('uploaded', { urn: 'urn:li:image:ONE' }));
      ledger.record(0, { kind: 'artifacts-unread', error });
      ledger.record(0, { kind: 'settled', state: 'available' });
    });
    expect(reporter.deliver(reportOf(ledger))).toBe(0);
    expect(logger.texts('info').join('\n')).toMatch(
      /^a\.png: its media artifacts could not be read: LinkedIn refused it.*\na\.png: available as urn:li:image:ONE/m,
    );
    expect(logger.texts('error')).toEqual([]);
    expect(logger.records.map(({ text }) => text).join('\n')).not.toContain(`sig=${CANARY}`);
  });
});
