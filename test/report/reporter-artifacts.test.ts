// Media artifacts in the report: only `results` has them, because their URLs are credentials.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/linkedin/session.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { changesUntil, itemAt, ledgerOf, recordAll, video } from '../support/ledgers.ts';
import { type ReporterFixture, reportOf, setUpReporter, watchStdout } from './reporter-fixture.ts';

watchStdout();

/** In the path and the query of every URL. No part of these URLs may reach the log. */
const CANARY = 'c4n4ry';
const URL_WITH_CANARY = `https://dms.licdn.example/${CANARY}/0?sig=${CANARY}`;

const HLS: Artifact = {
  kind: 'com.linkedin.digitalmedia.mediaartifact.HlsPlaylist',
  data: { protocol: 'HLS', representations: [{ codecs: [{ name: 'aac' }] }] },
  addresses: [
    { url: URL_WITH_CANARY, mediaType: 'application/x-mpegURL', expiresAt: '2026-11-25T00:00:00.000Z' },
  ],
};
const DOWNLOAD: Artifact = { kind: 'download', addresses: [{ url: URL_WITH_CANARY }] };
/** URLs in fields of other kinds. */
const MISPLACED: Artifact = { kind: URL_WITH_CANARY, data: { where: URL_WITH_CANARY }, addresses: [] };

function record(ledger: Ledger, artifacts: readonly Artifact[]): void {
  recordAll(ledger, 0, changesUntil('uploaded', { kind: 'video' }));
  ledger.record(itemAt(ledger, 0), { kind: 'artifacts', artifacts });
  ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'available' });
}

describe('artifact URLs', () => {
  const ALL = [HLS, DOWNLOAD, MISPLACED];

  async function follow({ reporter }: ReporterFixture, ledger: Ledger): Promise<void> {
    await reporter.observe(ledger, 'assets', async () => record(ledger, ALL));
    expect(reporter.writeReport(reportOf(ledger))).toBe(0);
  }

  const loggedIn = ({ logger }: ReporterFixture) =>
    logger.records.map(({ text, title }) => `${title} ${text}`).join('\n');

  it('artifact URLs are only in `results` and in the results file', async () => {
    const here = await setUpReporter();
    await follow(here, ledgerOf([video('clip.mp4')]));
    const { results = '', 'results-file': path = '', ...others } = await here.outputs();
    expect(JSON.parse(results)[0].artifacts).toEqual(ALL);
    expect(JSON.parse(readFileSync(path, 'utf8'))[0].artifacts).toEqual(ALL);
    for (const text of [JSON.stringify(others), await here.summary(), loggedIn(here)])
      expect(text).not.toContain(CANARY);
  });

  it('artifact URLs stay out of the log even if the outputs are logged', async () => {
    const here = await setUpReporter({ GITHUB_OUTPUT: undefined });
    await follow(here, ledgerOf([video('clip.mp4')]));
    expect(loggedIn(here)).toContain('output results: [{"file":"clip.mp4",');
    expect(loggedIn(here)).not.toContain(CANARY);
  });
});
