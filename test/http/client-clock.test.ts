// LinkedIn's clock, read from the Date header of real responses: upload URLs expire by it, not by the runner's clock.

import { afterEach, expect, it } from 'vitest';
import { TestClock } from '../support/clock.ts';
import { HttpFixture, statusOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

const TODAY = Date.UTC(2026, 10, 25, 12);
const AHEAD = 'Wed, 25 Nov 2026 12:05:00 GMT';

it.each<[dates: (string | null)[], serverNow: number]>([
  [[AHEAD], TODAY + 300_000],
  [['Wed, 16 Oct 2019 06:25:12 GMT'], Date.UTC(2019, 9, 16, 6, 25, 12)],
  [[AHEAD, 'garbage'], TODAY + 300_000],
  [
    [
      ...[null, '', 'soon', '0', '9999', '1764072300000', 'Thu Apr 14 15:27:19 UTC 2022'],
      ...['Wed, 99 Nov 2026 12:05:00 GMT', 'Wed, 25 Nov 2026 12:05:00 PST'],
    ],
    TODAY,
  ],
])(
  'the client reads the server time from a valid Date header and ignores an invalid one: %j',
  async (dates, serverNow) => {
    const left = [...dates];
    const apiUrl = await fixture.http((_request, response) => {
      const date = left.shift() ?? null;
      response.sendDate = false;
      if (date !== null) response.setHeader('Date', date);
      response.writeHead(404).end();
    });
    const clock = new TestClock({ epochMs: TODAY });
    const client = fixture.client(apiUrl, { clock });
    expect(client.serverNow()).toBe(TODAY);
    for (const _ of dates) await client.request(statusOf(apiUrl));
    expect(client.serverNow()).toBe(serverNow);
    await clock.advance(1000);
    expect(client.serverNow()).toBe(serverNow + 1000);
  },
);
