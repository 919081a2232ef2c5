// URLs in the log: the host and the start of the path, without the query or any secret.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loggableUrl } from '../../src/http/messages.ts';
import { Secret } from '../../src/secret.ts';
import { fuzzed } from '../support/fuzz.ts';

const TOKEN = 'AQX-token/5ecret';
const HOST = 'https://www.linkedin.com';
const shown = (url: string) => loggableUrl(new URL(url, HOST), [new Secret(TOKEN)]);

const percent = (text: string) =>
  text.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);

it.each<[name: string, url: string, logged: string]>([
  ['a call', '/rest/assets?action=registerUpload', 'www.linkedin.com/rest/assets'],
  [
    'an upload of LinkedIn’s page',
    '/dms-uploads/C5622AQHdBDflPp0pEg/feedshare-uploadedImage/0?ca=vector_feedshare&cn=uploads&sync=1&v=beta&ut=1lrKqjt4fYuqw1',
    'www.linkedin.com/dms-uploads/C5622AQHdBDflPp0pEg/feedshare-uploadedImage/0',
  ],
  ['a port', 'http://127.0.0.1:8080/x?ut=1', '127.0.0.1:8080/x'],
  ['a user and a fragment', 'https://me:pw@www.linkedin.com/x#ut=1', 'www.linkedin.com/x'],
  ['the token as a segment', `/a/${encodeURIComponent(TOKEN)}/b?v=1`, 'www.linkedin.com/a/[redacted]/b'],
  ['the token in a segment', `/a/b${TOKEN}c`, 'www.linkedin.com/a/b[redacted]c'],
  ['the token letter by letter', `/a/${percent(TOKEN)}`, 'www.linkedin.com/a/[redacted]'],
  ['its own key', '/a/1lrKqjt4fYuqw1?v=b&ut=1lrKqjt4fYuqw1', 'www.linkedin.com/a/[redacted]'],
  ['its own key, escaped', '/a/k/k/k/k/k/k/k?ut=k%2Fk%2Fk%2Fk%2Fk%2Fk%2Fk', 'www.linkedin.com/a/[redacted]'],
  [
    'its own key, escaped in the path',
    '/a/k%2Fk%2fk/k/k/k/k?ut=k/k/k/k/k/k/k',
    'www.linkedin.com/a/[redacted]',
  ],
  ['a key without a name', '/a/1lrKqjt4fYuqw1?1lrKqjt4fYuqw1', 'www.linkedin.com/a/[redacted]'],
  ['an escaped query', `/a%3Fut=1%23${TOKEN}`, 'www.linkedin.com/a%3Fut=1%23[redacted]'],
  ['a short value, which may be part of any word', '/uploads/0?cn=uploads', 'www.linkedin.com/uploads/0'],
  ['escaped bytes that are not text', '/a/%ff%0a%C3%A9', 'www.linkedin.com/a/%ff%0a%C3%A9'],
  ['the longest path', `/${'x'.repeat(199)}`, `www.linkedin.com/${'x'.repeat(199)}`],
  ['a path that is too long', `/${'x'.repeat(200)}`, `www.linkedin.com/${'x'.repeat(199)}…`],
  ['a secret at the cut', `/${'x'.repeat(190)}${TOKEN}`, `www.linkedin.com/${'x'.repeat(190)}[redacted…`],
])('a URL in the log shows the host and the path without secrets: %s', (_, url, logged) => {
  expect(shown(url)).toBe(logged);
});

it('a URL in the log contains no query value of 8 or more characters and no token, wherever they appear', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9_~-]{8,40}$/);
  const filling = fc.stringMatching(/^[A-Za-z0-9_/%-]{0,30}$/);
  const spell = fc.constantFrom((text: string) => text, percent, encodeURIComponent);
  const property = fc.property(key, filling, filling, spell, (ut, before, after, spelt) => {
    const logged = shown(`/a${before}/${spelt(ut)}/${spelt(TOKEN)}${after}?ut=${ut}#${TOKEN}`);
    for (const secret of [ut, TOKEN, percent(ut), percent(TOKEN)]) expect(logged).not.toContain(secret);
    expect(logged).not.toMatch(/[?#]/);
    expect(logged.length).toBeLessThanOrEqual('www.linkedin.com'.length + 201);
  });
  fc.assert(property, fuzzed());
});
