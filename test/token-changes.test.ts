// The days on which runs first saw an access token.

import { describe, expect, it } from 'vitest';
import { InputError } from '../src/errors.ts';
import { draftOf, EMPTY_MANIFEST } from '../src/memory/manifest.ts';
import { formatManifest, parseManifest } from '../src/memory/manifest-text.ts';
import { Secret } from '../src/secret.ts';
import { addToken, tokenKey } from '../src/token-days.ts';
import { caught } from './support/caught.ts';

const NOW = Date.parse('2026-11-25T23:59:00Z');
const [OWN, OTHER, OLD] = ['own', 'other', 'old'].map((text) => tokenKey(new Secret(text))) as [
  string,
  string,
  string,
];

describe('addToken', () => {
  it('a token that no run has seen is added with the UTC day, and only once', () => {
    const draft = draftOf(EMPTY_MANIFEST);
    expect(addToken(draft, OWN, NOW)).toBe(true);
    expect(addToken(draft, OWN, NOW + 86_400_000)).toBe(false);
    expect(draft.tokens).toEqual({ [OWN]: '2026-11-25' });
    expect(EMPTY_MANIFEST.tokens).toEqual({});
  });

  it('other tokens are forgotten after 90 days, when a new one is added', () => {
    const draft = draftOf({ ...EMPTY_MANIFEST, tokens: { [OLD]: '2026-08-26', [OTHER]: '2026-08-27' } });
    addToken(draft, OWN, NOW);
    expect(draft.tokens).toEqual({ [OTHER]: '2026-08-27', [OWN]: '2026-11-25' });
  });
});

describe('tokens in a manifest', () => {
  it('the key is the start of the SHA-256 of the token, which the manifest does not contain', () => {
    // printf %s canary | sha256sum
    expect(tokenKey(new Secret('canary'))).toBe('e100fbce008c04ec');
  });

  it('tokens are kept in the text', () => {
    const text = formatManifest({ tokens: { [OWN]: '2026-11-25' } });
    expect(text).toContain(`"tokens":{"${OWN}":"2026-11-25"}`);
    expect(parseManifest(text, 'm').tokens).toEqual({ [OWN]: '2026-11-25' });
    expect(formatManifest(EMPTY_MANIFEST)).not.toContain('tokens');
  });

  it.each(['{"token":"2026-11-25"}', `{"${'a'.repeat(16)}":"today"}`, '[]'])(
    'the tokens %s are invalid',
    async (tokens) => {
      const text = `{"schema":2,"manifest":"linkedin-media-upload","entries":[],"tokens":${tokens}}`;
      const error = await caught(async () => parseManifest(text, 'm'), InputError);
      expect([error.code, error.problem]).toEqual(['MANIFEST_INVALID', 'm: `tokens` is not valid']);
    },
  );
});
