// The forecast of the API calls that files still need, as far as no run of days shows it.

import { expect, it } from 'vitest';
import { CallForecast } from '../../../src/publish/calls/call-forecast.ts';
import { INITIAL } from '../../../src/publish/file-state.ts';
import { planUploads } from '../../../src/publish/plan.ts';
import { mediaFile, settingsOf, VIDEO } from '../planned-files.ts';

const settings = settingsOf({ api: 'media', waitMs: 30 * 60_000 });

it('until LinkedIn has accepted a read of many files, each file may cost reads of its own', () => {
  const files = Array.from({ length: 8 }, (_, index) => mediaFile(`${index}.mp4`, { media: VIDEO }));
  const entries = planUploads(settings, files).files.map((planned) => ({ ...INITIAL, planned }));
  const forecast = new CallForecast({
    ...settings,
    concurrency: 8,
    linkedin: { readsTogether: () => true },
  });
  // For each video: register, complete, six reads. And the first read, which LinkedIn rejects.
  expect(forecast.callsToSettle(entries)).toBe(8 * (2 + 6) + 1);
});
