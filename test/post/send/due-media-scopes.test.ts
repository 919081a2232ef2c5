// What a token may do with posts.

import { describe, expect, it } from 'vitest';
import { assertMayComment } from '../../../src/post/send/due-media.ts';
import { ledgerOf, makePlanned } from '../posts.ts';

describe('a token that may not comment', () => {
  it('no post is sent, and each one that needs a comment has the error', () => {
    const ledger = ledgerOf([
      makePlanned({ comment: 'More' }),
      makePlanned(),
      makePlanned({ comment: 'More', state: 'known' }),
    ]);
    expect(() => assertMayComment(ledger.due, ['w_organization_social'])).toThrow('the post was not sent');
    expect(ledger.items).toMatchObject([
      { state: 'failed', errors: [{ code: 'ACCESS_DENIED' }] },
      { state: null, errors: [] },
      { state: 'known', errors: [] },
    ]);
  });

  it.each([
    [null, 'More'],
    [['w_organization_social', 'w_organization_social_feed'], 'More'],
    [['w_organization_social'], null],
  ])('with the scopes %j, a post with the comment %j stays open', (scopes, comment) => {
    const ledger = ledgerOf([makePlanned({ comment })]);
    assertMayComment(ledger.due, scopes);
    expect(ledger.open).toHaveLength(1);
  });
});
