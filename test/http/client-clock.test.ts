// LinkedIn's clock, read from the Date header of real responses: upload URLs expire by it, not by the runner's clock.

import { afterEach, describe, expect, it } from 'vitest';
import { TestClock } from '../support/clock.ts';
import { HttpFixture, statusOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

describe("LinkedIn's clock", () => {
  const TODAY = Date.UTC(2026, 10, 25, 12);

  it.each<[date: string | string[] | null, serverNow: number]>([
    ['Wed, 25 Nov 2026 12:05:00 GMT', TODAY + 300_000],
    ['Wed, 16 Oct 2019 06:25:12 GMT', Date.UTC(2019, 9, 16, 6, 25, 12)],
    [null, TODAY],
    ['', TODAY],
    ['soon', TODAY],
    ['0', TODAY],
    ['9999', TODAY],
    ['Thu Apr 14 15:27:19 UTC 2022', TODAY],
    ['Wed, 99 Nov 2026 12:05:00 GMT', TODAY],
    ['Wed, 25 Nov 2026 12:05:00 PST', TODAY],
    ['1764072300000', TODAY],
  ])(
    'the client reads the server time from a valid Date header and ignores an invalid one: %j',
    async (date, serverNow) => {
      const apiUrl = await fixture.http((_request, response) => {
        response.sendDate = false;
        if (date !== null) response.setHeader('Date', date);
        response.writeHead(404).end();
      });
      const clock = new TestClock({ epochMs: TODAY });
      const client = fixture.client(apiUrl, { clock });
      expect(client.serverNow()).toBe(TODAY);
      await client.request(statusOf(apiUrl));
      expect(client.serverNow()).toBe(serverNow);
      await clock.advance(1000);
      expect(client.serverNow()).toBe(serverNow + 1000);
    },
  );

  it('the client keeps the server time when the next response has an invalid Date header', async () => {
    let date = 'Wed, 25 Nov 2026 12:05:00 GMT';
    const apiUrl = await fixture.http((_request, response) => {
      response.sendDate = false;
      response.setHeader('Date', date).end();
    });
    const client = fixture.client(apiUrl, { clock: new TestClock({ epochMs: TODAY }) });
    await client.request(statusOf(apiUrl));
    date = 'garbage';
    await client.request(statusOf(apiUrl));
    expect(client.serverNow()).toBe(TODAY + 300_000);
  });
});
