// What a token may do with posts.

import { describe, expect, it } from 'vitest';
import { assertMayComment } from '../../../src/post/send/due-media.ts';
import { ledgerOf, makePlanned, PAGE, PERSON } from '../posts.ts';

describe('a token that may not comment', () => {
  it('no post is sent, and each one that needs a comment has the error', () => {
    const ledger = ledgerOf([
      makePlanned({ comment: 'More' }),
      makePlanned(),
      makePlanned({ comment: 'More', state: 'known' }),
    ]);
    expect(() => assertMayComment(ledger.due, ['w_organization_social'])).toThrow('the post was not sent');
    expect(ledger.items).toMatchObject([
      { state: 'failed', facts: { errors: [{ code: 'ACCESS_DENIED' }] } },
      { state: null, facts: { errors: [] } },
      { state: 'known', facts: { errors: [] } },
    ]);
  });

  it.each([
    [PAGE, ['w_organization_social_feed'], null],
    [PAGE, ['w_member_social_feed'], 'w_organization_social_feed'],
    [PERSON, ['w_member_social_feed'], null],
    [PERSON, ['w_organization_social_feed'], 'w_member_social_feed'],
    [PERSON, null, null],
  ])('%s with the scopes %j lacks for a comment: %s', (author, scopes, missing) => {
    const { due } = ledgerOf([makePlanned({ author, comment: 'More' })]);
    if (missing === null) assertMayComment(due, scopes);
    else expect(() => assertMayComment(due, scopes)).toThrow(missing);
    expect(due[0]?.state).toBe(missing === null ? null : 'failed');
    assertMayComment(ledgerOf([makePlanned({ author })]).due, scopes);
  });
});
