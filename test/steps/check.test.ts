// `mode: check` of both programs against the sandbox: what it says about a good token and in each refusal of LinkedIn, which
// calls it makes, and whether the step fails.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors/action-error.ts';
import { main } from '../../src/main.ts';
import { EMPTY } from '../../src/memory/content.ts';
import { tokenKey } from '../../src/memory/tokens.ts';
import { postMain } from '../../src/post-main.ts';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import { OTHER_CALLS, SCOPES, type Scope } from '../../src/sandbox/options.ts';
import { Secret } from '../../src/secret.ts';
import replies from '../replies/owners.json' with { type: 'json' };
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { readMarkdown } from '../support/github-markdown.ts';
import { hurriedWaits } from '../support/hurried-clock.ts';
import { formatManifest, parseManifest } from '../support/manifest.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import type { GitHubOptions } from '../world/github/api.ts';
import { GitHub } from '../world/github/github.ts';
import { type FaultRule, type LinkedInOptions, startLinkedIn } from '../world/linkedin-faults.ts';

const TOKEN = 'AQX-canary-token-7f3e9d_2b';
const PAGE = 'urn:li:organization:24141830';
const LOST_PAGE = 'urn:li:organization:24141833';
const BRANCH = 'linkedin-media';
const APP = {
  clientId: '86canary-id123',
  clientSecret: 'WPL_AP1.canary-secret==',
  refreshToken: 'AQW-canary-refresh-5b1',
  accessToken: 'AQX-canary-fresh-9c2',
};
const ASKED = { 'client-id': APP.clientId, 'client-secret': APP.clientSecret };
const DAY_MS = 86_400_000;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function newGitHub(options: GitHubOptions = {}): GitHub {
  return new GitHub({ foreignSecrets: [TOKEN, APP.clientSecret], ...options });
}

interface Setting {
  readonly isPost?: boolean;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly sandbox?: LinkedInOptions;
  readonly around?: (handle: SandboxHandler) => SandboxHandler;
  readonly github?: GitHub;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

async function check({
  isPost = false,
  inputs = {},
  github = newGitHub(),
  ...setting
}: Setting = {}) {
  const sandbox = await startLinkedIn(
    { token: TOKEN, oauth: APP, ...setting.sandbox },
    setting.around,
  );
  const { apiUrl, close } = await github.listen();
  closers.push(() => sandbox.close(), close);
  const summary = join(mkdtempSync(join(tmpdir(), 'check-')), 'summary.md');
  const given = {
    mode: 'check',
    'access-token': TOKEN,
    'api-url': sandbox.url,
    'github-token': FAKE_GITHUB_TOKEN,
    ...inputs,
  };
  const entries = Object.entries(given).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  const env = {
    ...Object.fromEntries(entries),
    GITHUB_WORKSPACE: tmpdir(),
    GITHUB_REPOSITORY: 'octocat/media',
    GITHUB_API_URL: apiUrl,
    GITHUB_STEP_SUMMARY: summary,
    ...setting.env,
  };
  const logger = recordingLogger();
  const { signal = new AbortController().signal } = setting;
  const runtime = { env, logger, clock: hurriedWaits(), signal, openDispatcher: () => new Agent() };
  const exitCode = await (isPost ? postMain : main)(runtime);
  expect(github.breaches).toEqual([]);
  const text = readFileSync(summary, 'utf8');
  const log = logger.records.filter(({ level }) => level !== 'mask').map((record) => record.text);
  for (const secret of [TOKEN, APP.clientSecret, APP.accessToken, FAKE_GITHUB_TOKEN])
    expect([text, ...log].join('\n')).not.toContain(secret);
  const outputs = Object.fromEntries(
    logger.texts('info').flatMap((line) => {
      const [, name, value] = /^output ([\w-]+): (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
  return { exitCode, summary: text, log, logger, outputs, model: sandbox.model, github };
}

/** The entries of the first list: what each is about → icon and text, without entities and what to do. */
function rowsOf(summary: string): Record<string, string> {
  const rows = summary.split('\n').filter((line) => /^- (✅|ℹ️|⚠️|❌) /u.test(line));
  return Object.fromEntries(
    rows.map((row) => {
      const [, icon = '', about = '', text = ''] =
        /^- (\S+) \*\*(.*?)\*\* (.*?)(?:<br>|$)/.exec(row) ?? [];
      return [plain(about), `${icon} ${plain(text)}`];
    }),
  );
}

function plain(markdown: string): string {
  return readMarkdown(markdown).trim();
}

const without = (...lost: Scope[]) => SCOPES.filter((scope) => !lost.includes(scope));
const limited = (on: FaultRule['on']): FaultRule => ({
  on,
  every: true,
  reply: {
    status: 429,
    body: { status: 429, message: 'Resource level throttle MEMBER DAY limit is reached.' },
  },
});
const NO_CALLS = Object.fromEntries(OTHER_CALLS.map((kind) => [kind, 0]));
const day = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 10);

/** A GitHub with this manifest. */
function holding(text: string, options: GitHubOptions = {}): GitHub {
  const github = newGitHub(options);
  github.commit(BRANCH, { 'linkedin.json': text });
  return github;
}

/** A GitHub whose memory saw the token `days` ago; null: it has a memory without the token. */
function remembering(days: number | null, options: GitHubOptions = {}): GitHub {
  const tokens =
    days === null ? {} : { [tokenKey(new Secret(TOKEN))]: day(Date.now() - days * DAY_MS) };
  return holding(formatManifest({ ...EMPTY, revision: 3, tokens }), options);
}

const stored = (github: GitHub) => parseManifest(github.file(BRANCH));

describe('mode: check without an owner', () => {
  it('a good token shows its member and pages, as lines of the workflow, and changes nothing', async () => {
    const { exitCode, summary, outputs, model, log, logger } = await check();
    expect(exitCode).toBe(0);
    for (const first of [summary, log[0] ?? ''])
      expect(first).toMatch(
        /^The log and summary of a public repository are public, and these name people/,
      );
    expect(summary).toContain('## ✅ Access token works. The day on which it ends is not known');
    expect(rowsOf(summary)).toEqual({
      'access token': '✅ works. The day on which it ends is not known',
      scopes: 'ℹ️ are not known. LinkedIn tells them only with client-id and client-secret',
      'owner: urn:li:person:SIMULATED-member': '✅ Sam Sandbox, the member of the token',
      [`owner: ${PAGE}`]: '✅ Sandbox Company, administrator',
      'owner: urn:li:organization:24141831': '✅ content administrator',
      'owner: urn:li:organization:24141832': 'ℹ️ analyst, cannot post',
    });
    const owners = [
      { urn: 'urn:li:person:SIMULATED-member', name: 'Sam Sandbox', role: 'MEMBER' },
      { urn: PAGE, name: 'Sandbox Company', role: 'ADMINISTRATOR' },
      { urn: 'urn:li:organization:24141831', name: '', role: 'CONTENT_ADMINISTRATOR' },
      { urn: 'urn:li:organization:24141832', name: '', role: 'ANALYST' },
    ];
    expect(JSON.parse(outputs.owners ?? '')).toEqual(owners);
    for (const { urn } of owners) expect(summary).toContain(`\`owner: ${urn}\``);
    expect(model.otherCalls()).toEqual({ ...NO_CALLS, userinfo: 1, roles: 1, organizations: 1 });
    expect(model.assets()).toEqual([]);
    expect(logger.texts('warning')).toEqual([]);
  });

  it('with the app of the token, LinkedIn says how long it lasts and what it may do', async () => {
    const oauth = { ...APP, accessDays: 41, scope: 'openid,w_member_social' };
    const { exitCode, summary, outputs } = await check({ inputs: ASKED, sandbox: { oauth } });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary)['access token']).toMatch(
      /^✅ works. It ends on \d{4}-\d\d-\d\d, in 4[01] days$/,
    );
    expect(rowsOf(summary).scopes).toBe('✅ are openid, w_member_social');
    expect(JSON.parse(outputs.scopes ?? '')).toEqual(['openid', 'w_member_social']);
    expect(['40', '41']).toContain(outputs['token-days-left']);
  });

  it('an app without OpenID is told the product and the scopes that give the id of the member', async () => {
    const { exitCode, summary, outputs } = await check({
      sandbox: { scopes: without('openid', 'r_basicprofile') },
    });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary).member).toMatch(
      /^ℹ️ could not be read, because the token may not: .*me.GET.NO_VERSION/,
    );
    expect(plain(summary)).toMatch(
      /"Sign In with LinkedIn using OpenID Connect".*openid, profile and w_member_social/,
    );
    expect(JSON.parse(outputs.owners ?? '')).toHaveLength(3);
  });

  it('a token that may not list pages is told the scope, and where the number of a page is', async () => {
    const { exitCode, summary } = await check({
      sandbox: { scopes: ['openid', 'profile', 'w_member_social'] },
    });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary).pages).toMatch(
      /^ℹ️ could not be read, because the token may not: .*FINDER-roleAssignee/,
    );
    expect(plain(summary)).toMatch(
      /r_organization_admin.*linkedin\.com\/company\/24141830\/admin it is urn:li:organization:24141830/,
    );
    expect(summary).toContain('`owner: urn:li:person:SIMULATED-member`');
  });

  it('a token that may read neither works all the same, and says what each needs', async () => {
    const { exitCode, summary, outputs } = await check({
      sandbox: { scopes: ['w_member_social'] },
    });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary)).toMatchObject({
      member: expect.stringMatching(/^⚠️ could not be read/),
      pages: expect.stringMatching(/^⚠️ could not be read/),
    });
    expect(outputs.owners).toBe('[]');
    expect(summary).toContain('## ⚠️ Member could not be read, because the token may not');
  });

  it('owners for which the token lacks the scope are marked', async () => {
    const oauth = { ...APP, scope: 'openid,profile,r_organization_admin,w_organization_social' };
    const { summary } = await check({ inputs: ASKED, sandbox: { oauth } });
    expect(rowsOf(summary)).toMatchObject({
      'owner: urn:li:person:SIMULATED-member':
        'ℹ️ Sam Sandbox, the member of the token, needs a token with w_member_social',
      [`owner: ${PAGE}`]: '✅ Sandbox Company, administrator',
    });
  });

  it.each([
    [
      'revoked',
      /^❌ is refused: LinkedIn rejected .*REVOKED_ACCESS_TOKEN.*has been revoked by the user/,
    ],
    ['expired', /^❌ is refused: LinkedIn rejected .*EXPIRED_ACCESS_TOKEN.*has expired/],
  ] as const)(
    'a token that is %s fails the step with the words of LinkedIn, after one call',
    async (tokenStatus, text) => {
      const { exitCode, summary, model, logger } = await check({ sandbox: { tokenStatus } });
      expect(exitCode).toBe(1);
      expect(summary).toContain('## ❌ Access token is refused: LinkedIn rejected');
      expect(rowsOf(summary)['access token']).toMatch(text);
      expect(plain(summary)).toContain('replace the stored access-token');
      expect(model.otherCalls()).toEqual({ ...NO_CALLS, userinfo: 1 });
      expect(logger.texts('error')[0]).toMatch(/^access token is refused/);
    },
  );

  it('a daily limit on the pages hides them alone, and says when it resets', async () => {
    const { exitCode, summary } = await check({ sandbox: { faults: [limited('roles')] } });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary)).toMatchObject({
      'access token': expect.stringMatching(/^✅ works/),
      pages: expect.stringMatching(/^⚠️ could not be read: .*429.*reset at 00:00 UTC/),
    });
  });

  it('a daily limit on everything fails the step, because nothing is known about the token', async () => {
    const { exitCode, summary } = await check({
      sandbox: { faults: [limited('userinfo'), limited('roles')] },
    });
    expect(exitCode).toBe(1);
    expect(summary).toContain('## ❌ Access token could not be checked: ');
    expect(rowsOf(summary)['access token']).toMatch(/^❌ could not be checked: .*429/);
  });

  it('a run that is cancelled reports that, and fails', async () => {
    const controller = new AbortController();
    const around = (handle: SandboxHandler): SandboxHandler => {
      return (request) => {
        if (request.path === '/v2/userinfo')
          controller.abort(new RunError('RUN_CANCELLED', 'cancelled'));
        return handle(request);
      };
    };
    const { exitCode, summary, logger, outputs } = await check({
      around,
      signal: controller.signal,
    });
    expect([exitCode, outputs.owners]).toEqual([1, '[]']);
    expect(summary).toContain('## ❌ Cancelled');
    expect(logger.texts('error')).toEqual([expect.stringMatching(/^the run was cancelled/)]);
  });

  it('the credentials of another app are named, and the check goes on', async () => {
    const { exitCode, summary } = await check({
      inputs: { ...ASKED, 'client-secret': 'WPL_AP1.another-secret==' },
    });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary)).toMatchObject({ 'access token': expect.stringMatching(/^⚠️ works/) });
    expect(plain(summary)).toContain(
      "LinkedIn rejected the app of 'client-id' and 'client-secret'",
    );
    expect(plain(summary)).toContain("the Auth tab of the token's app");
  });

  it('names of a server become no markup, no link, no mention and no command', async () => {
    const name = `<img src=x> | ::error:: @octocat [x](http://evil.example) \${{ secrets.X }} \``;
    const faults: FaultRule[] = [
      { on: 'userinfo', mutate: { name: '**Eve** ##[set-output name=x]y' } },
      { on: 'organizations', mutate: { results: { 24141830: { localizedName: name } } } },
    ];
    const { summary, log } = await check({ sandbox: { faults } });
    expect(summary).not.toMatch(/<img|@octocat|\]\(|\*\*Eve|##\[|\$\{\{ secrets\.X/);
    for (const line of log) expect(line).not.toMatch(/^\s*::/);
    expect(plain(summary)).toContain('octocat');
    expect(summary).toContain(`\`owner: ${PAGE}\``);
  });
});

describe('mode: check with an owner', () => {
  it.each([
    ['the upload action', false, {}, '1 API call to LinkedIn'],
    ['the post action', true, { userinfo: 1, authorizations: 2 }, '4 API calls to LinkedIn'],
  ])(
    '%s registers one picture, never sends it, and names nobody',
    async (_, isPost, reads, count) => {
      const { exitCode, summary, log, outputs, model } = await check({
        isPost,
        inputs: { owner: PAGE },
      });
      expect(exitCode).toBe(0);
      for (const first of [summary, log[0] ?? ''])
        expect(first).toMatch(
          /^The log and summary of a public repository are public. These name nobody/,
        );
      expect(summary).toContain('## ✅ Access token works');
      expect(rowsOf(summary)[PAGE]).toMatch(/^✅ can own media/);
      expect(`${summary}${log.join()}`).not.toMatch(
        /Sam|Sandbox Company|ADMINISTRATOR|administrator/,
      );
      expect(outputs.owners).toBe('[]');
      expect(`${summary}${log.join()}`).not.toContain('SIMULATED-member');
      expect(model.otherCalls()).toEqual({ ...NO_CALLS, ...reads });
      expect(model.calls()).toMatchObject({ register: 1, status: 0, upload: 0 });
      const [asset] = model.assets();
      expect(asset?.api).toBe(isPost ? 'images' : 'assets');
      expect(log.join('\n')).toContain(`registered ${asset?.urn}`);
      expect(log).toContain(count);
    },
  );

  it('api: media registers an image, and the URN of a person or an ad account works too', async () => {
    for (const owner of ['urn:li:person:SIMULATED-member', 'urn:li:sponsoredAccount:5']) {
      const { exitCode, model } = await check({ inputs: { owner, api: 'media' } });
      expect([exitCode, model.assets()[0]?.api, model.assets()[0]?.owner]).toEqual([
        0,
        'images',
        owner,
      ]);
    }
  });

  it('a page whose role the member lost fails the step, with the words of LinkedIn', async () => {
    const { exitCode, summary, logger } = await check({
      inputs: { owner: LOST_PAGE, api: 'media' },
    });
    expect(exitCode).toBe(1);
    expect(plain(summary)).toMatch(/^❌ urn:li:organization:24141833 cannot own media/m);
    expect(rowsOf(summary)).toMatchObject({
      'access token': expect.stringMatching(/^✅ works/),
      [LOST_PAGE]: expect.stringMatching(/^❌ cannot own media: .*403.*forbidden/),
    });
    expect(plain(summary)).toContain('an admin or content role');
    expect(logger.texts('error')[0]).toContain(`${LOST_PAGE} cannot own media`);
  });

  it('a token without the scope of the owner fails the step, and the scope is named', async () => {
    const sandbox: LinkedInOptions = {
      scopes: ['w_member_social'],
      oauth: { ...APP, scope: 'w_member_social' },
    };
    const { exitCode, summary } = await check({
      isPost: true,
      inputs: { ...ASKED, owner: PAGE },
      sandbox,
    });
    expect(exitCode).toBe(1);
    expect(rowsOf(summary)).toMatchObject({
      scopes: '⚠️ are w_member_social',
      [PAGE]: expect.stringMatching(
        /^❌ cannot own media: .*Organization Or Events permissions must be used/,
      ),
    });
  });

  it('the scopes for first comments are named where they are known', async () => {
    const scope = 'w_organization_social';
    const lacking = await check({
      isPost: true,
      inputs: { ...ASKED, owner: PAGE },
      sandbox: { oauth: { ...APP, scope } },
    });
    expect(lacking.exitCode).toBe(0);
    expect(rowsOf(lacking.summary)['first comments']).toMatch(
      /^ℹ️ need w_organization_social_feed, which the token lacks/,
    );
    const full = { ...APP, scope: `${scope},w_organization_social_feed` };
    const good = await check({
      isPost: true,
      inputs: { ...ASKED, owner: PAGE },
      sandbox: { oauth: full },
    });
    expect(rowsOf(good.summary)['first comments']).toMatch(/^✅/);
    const unknown = await check({ isPost: true, inputs: { owner: PAGE } });
    expect(Object.keys(rowsOf(unknown.summary)).join()).not.toContain('comments');
  });

  it('the post action asks LinkedIn whether the member may create and edit posts of the page', async () => {
    const { exitCode, summary, model } = await check({ isPost: true, inputs: { owner: PAGE } });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary).posts).toBe(
      '✅ are permitted: LinkedIn says that the member of the token may create and edit posts of this page',
    );
    expect(model.otherCalls().authorizations).toBe(2);
  });

  const { denied } = replies.authorizations;
  const refusing = (more: Partial<FaultRule>): FaultRule => ({
    on: 'authorizations',
    reply: { status: 200, body: denied },
    ...more,
  });

  it('a page for which the member may not create posts fails the step, and the role is named', async () => {
    const { exitCode, summary, logger } = await check({
      isPost: true,
      inputs: { owner: PAGE },
      sandbox: { faults: [refusing({ every: true })] },
    });
    expect(exitCode).toBe(1);
    expect(rowsOf(summary)).toMatchObject({
      'access token': expect.stringMatching(/^✅ works/),
      [PAGE]: expect.stringMatching(/^✅ can own media/),
      posts:
        '❌ are not permitted: LinkedIn says that the member of the token may not create posts of this page',
    });
    expect(plain(summary)).toContain(
      'let an administrator of the page make the member of the token an administrator or content administrator',
    );
    expect(logger.texts('error')[0]).toMatch(/^posts are not permitted/);
  });

  it('a page whose posts the member may create, but not edit, is a warning', async () => {
    const { exitCode, summary } = await check({
      isPost: true,
      inputs: { owner: PAGE },
      sandbox: { faults: [refusing({ nth: 2 })] },
    });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary).posts).toBe(
      '⚠️ can be created, but not edited: LinkedIn says that the member of the token may not edit posts of this page',
    );
    expect(plain(summary)).toContain('LinkedIn refuses a post file with a new revision');
  });

  it('without the scope for permissions, the check says which it is, that posts do not need it, and succeeds', async () => {
    const inputs = { owner: PAGE };
    const scopes = without('rw_organization_admin');
    const tried = await check({ isPost: true, inputs, sandbox: { scopes } });
    const oauth = { ...APP, scope: 'w_organization_social' };
    const known = await check({
      isPost: true,
      inputs: { ...ASKED, ...inputs },
      sandbox: { oauth },
    });
    expect([tried.exitCode, known.exitCode]).toEqual([0, 0]);
    expect(rowsOf(tried.summary)['permission for posts']).toMatch(
      /^ℹ️ is not known: LinkedIn rejected .*Not enough permissions to access: partnerApiOrganizationAuthorizations\.GET/,
    );
    expect(rowsOf(known.summary)['permission for posts']).toBe('ℹ️ is not known');
    for (const { summary } of [tried, known])
      expect(plain(summary)).toContain('LinkedIn tells it to a token with rw_organization_admin');
    expect(tried.model.otherCalls()).toEqual({ ...NO_CALLS, userinfo: 1, authorizations: 1 });
    // LinkedIn has said that the token does not have the scope.
    expect(known.model.otherCalls()).toMatchObject({ userinfo: 0, authorizations: 0 });
  });

  it.each<[string, LinkedInOptions]>([
    ['the token may not read its member', { scopes: without('openid', 'r_basicprofile') }],
    ['the limit of the day is reached', { faults: [limited('authorizations')] }],
    [
      'LinkedIn answers neither yes nor no',
      { faults: [refusing({ every: true, reply: { status: 200, body: { status: {} } } })] },
    ],
  ])('the permission is not known if %s, and the check succeeds', async (_, sandbox) => {
    const { exitCode, summary } = await check({ isPost: true, inputs: { owner: PAGE }, sandbox });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary)['permission for posts']).toMatch(/^ℹ️ is not known: /);
    expect(rowsOf(summary)).not.toHaveProperty('posts');
  });

  it('nobody asks for the permission of a person, or for a page that cannot own media', async () => {
    for (const owner of ['urn:li:person:SIMULATED-member', LOST_PAGE]) {
      const { summary, model } = await check({ isPost: true, inputs: { owner } });
      expect(Object.keys(rowsOf(summary)).join()).not.toContain('posts');
      expect(model.otherCalls()).toEqual(NO_CALLS);
    }
  });

  it('a limit on registrations fails the step, because the owner could not be tried', async () => {
    const { exitCode, summary } = await check({
      inputs: { owner: PAGE },
      sandbox: { faults: [limited('register')] },
    });
    expect(exitCode).toBe(1);
    expect(rowsOf(summary)['access token']).toMatch(/^❌ could not be checked: .*429/);
    const described = await check({
      inputs: { ...ASKED, owner: PAGE },
      sandbox: { faults: [limited('register')] },
    });
    expect(described.exitCode).toBe(1);
    expect(plain(described.summary)).toMatch(
      /^❌ urn:li:organization:24141830 could not be tried/m,
    );
    expect(rowsOf(described.summary)).toMatchObject({
      'access token': expect.stringMatching(/^✅ works/),
      [PAGE]: expect.stringMatching(/^❌ could not be tried: .*429/),
    });
  });
});

describe('the end of the token', () => {
  it('a token that ends before token-warn-days fails the step, and says how to renew it', async () => {
    const setting = { sandbox: { oauth: { ...APP, accessDays: 5 } } };
    const { exitCode, summary, outputs } = await check({ ...setting, inputs: ASKED });
    expect(exitCode).toBe(1);
    expect(summary).toMatch(/^## ❌ Access token works. It ends on .*, in [45] days$/m);
    expect(rowsOf(summary)['access token']).toMatch(/^❌ works. It ends on .*, in [45] days$/);
    expect(plain(summary)).toMatch(
      /Create a new one at .*token-generator and replace the stored one/,
    );
    expect(['4', '5']).toContain(outputs['token-days-left']);
    const patient = await check({ ...setting, inputs: { ...ASKED, 'token-warn-days': '3' } });
    expect(patient.exitCode).toBe(0);
  });

  it('with a refresh token, the end of that one counts', async () => {
    const inputs = { ...ASKED, 'refresh-token': APP.refreshToken, 'access-token': '' };
    const good = await check({ inputs });
    expect(good.exitCode).toBe(0);
    // A second may pass before the days are counted.
    expect(rowsOf(good.summary)['access token']).toMatch(
      /^✅ works\. Each run obtains its own with refresh-token, which ends in 36[45] days$/,
    );
    const short = await check({
      inputs,
      sandbox: { oauth: { ...APP, refreshDays: 6, accessDays: 6 } },
    });
    expect(short.exitCode).toBe(1);
    expect(plain(short.summary)).toContain('Let the member authorize the app again');
  });

  it('the memory on a branch tells the latest day, and nothing is written', async () => {
    const github = remembering(17);
    const { exitCode, summary, outputs } = await check({
      github,
      inputs: { 'manifest-branch': BRANCH },
    });
    expect(exitCode).toBe(0);
    const end = day(Date.now() + 43 * DAY_MS);
    expect(rowsOf(summary)['access token']).toBe(
      `✅ works. It has at most 43 days: it ends on ${end} or earlier`,
    );
    expect(outputs['token-days-left']).toBe('43');
    expect(stored(github).revision).toBe(3);
    expect(github.requests.filter((request) => !request.startsWith('GET'))).toEqual([
      expect.stringMatching(/^POST .*git\/blobs$/),
    ]);
  });

  it.each([
    [51, /^❌ works. It has at most 9 days/],
    [70, /^❌ works. But it is older than 60 days/],
  ])('a token that a run saw %i days ago fails the step', async (days, text) => {
    const { exitCode, summary } = await check({ isPost: true, github: remembering(days) });
    expect(exitCode).toBe(1);
    expect(rowsOf(summary)['access token']).toMatch(text);
  });

  it('the day of a new token is stored in a memory that exists, and nothing else', async () => {
    const github = remembering(null);
    const before = stored(github);
    const { outputs } = await check({ isPost: true, github });
    expect(outputs['token-days-left']).toBe('60');
    const after = stored(github);
    expect(after.tokens).toEqual({ [tokenKey(new Secret(TOKEN))]: day(Date.now()) });
    expect({ ...after, tokens: {}, revision: 0 }).toEqual({ ...before, tokens: {}, revision: 0 });
  });

  it('a token that LinkedIn refuses is not stored', async () => {
    const github = remembering(null);
    const { outputs } = await check({ isPost: true, github, sandbox: { tokenStatus: 'revoked' } });
    expect([stored(github).revision, outputs['token-days-left']]).toEqual([3, '']);
  });
});

describe('GitHub', () => {
  it('a branch that does not exist is created with the day of the token and nothing else', async () => {
    const github = newGitHub();
    const { exitCode, summary, outputs } = await check({ isPost: true, github });
    expect(exitCode).toBe(0);
    expect(rowsOf(summary)['manifest-branch']).toMatch(
      /^✅ can be read and written .*This check has created it, and stored the day/,
    );
    expect(outputs['token-days-left']).toBe('60');
    expect(stored(github)).toEqual({
      ...EMPTY,
      revision: 2,
      tokens: { [tokenKey(new Secret(TOKEN))]: day(Date.now()) },
    });
  });

  it.each([
    ['LinkedIn describes the token', { inputs: ASKED }],
    ['LinkedIn refuses the token', { sandbox: { tokenStatus: 'revoked' } }],
  ] as const)(
    'a missing branch is not created if %s: there is no day to store',
    async (_, setting) => {
      const github = newGitHub();
      const { summary } = await check({ isPost: true, github, ...setting });
      expect(rowsOf(summary)['manifest-branch']).toMatch(
        /^✅ can be read and written .*ruleset.*first run that publishes creates it/,
      );
      expect(github.file(BRANCH)).toBeNull();
    },
  );

  const DAMAGED = { ...EMPTY, revision: 3, posts: { x: { ids: ['launch'], state: 'deleted' } } };

  it.each<[why: string, start: () => GitHub, text: string, inputs?: Setting['inputs']]>([
    [
      'rules forbid its creation',
      () => newGitHub({ forbids: ['creation'] }),
      'the rules of the repository forbid a write to branch linkedin-media',
    ],
    [
      'rules forbid its update',
      () => remembering(null, { forbids: ['update'] }),
      'the rules of the repository forbid a write to branch linkedin-media',
    ],
    [
      'the token of the job may only read, and names the permission',
      () => remembering(1, { permissions: { contents: 'read' } }),
      'the token may not use linkedin.json on branch.*contents: write',
    ],
    ['its manifest cannot be read', () => holding('{'), 'linkedin.json on branch linkedin-media'],
    [
      'a run could not read one of its posts',
      () => holding(formatManifest(DAMAGED)),
      'manifest linkedin.json on branch linkedin-media: .posts.x.state.: Invalid',
    ],
    ['the job has no token for GitHub', newGitHub, 'github-token is empty', { 'github-token': '' }],
  ])(
    'the check warns of the branch if %s, and the check of the token stands',
    async (_, start, text, inputs = {}) => {
      const { exitCode, summary, logger } = await check({ isPost: true, github: start(), inputs });
      expect(exitCode).toBe(0);
      expect(rowsOf(summary)).toMatchObject({
        'access token': expect.stringMatching(/^✅ works/),
        'manifest-branch': expect.stringMatching(/^⚠️ cannot be used: /),
      });
      expect(logger.texts('warning')).toEqual([
        expect.stringMatching(new RegExp(`^manifest-branch cannot be used: .*${text}`, 's')),
      ]);
    },
  );

  it('only the post action looks at posts of the manifest', async () => {
    const github = holding(formatManifest(DAMAGED));
    const { summary } = await check({ github, inputs: { 'manifest-branch': BRANCH } });
    expect(rowsOf(summary)['manifest-branch']).toMatch(/^✅ can be read and written/);
    expect(stored(github).posts).toEqual(DAMAGED.posts);
  });

  it('without manifest-branch, the upload action does not ask GitHub', async () => {
    const { github, summary } = await check();
    expect(github.requests).toEqual([]);
    expect(rowsOf(summary)).not.toHaveProperty('manifest-branch');
  });
});

it.each([
  [false, { 'token-warn-days': 'x' }],
  [true, { 'access-token': '' }],
])('with invalid inputs the lists are empty (post action: %s)', async (isPost, inputs) => {
  const { exitCode, outputs } = await check({ isPost, inputs });
  expect([exitCode, outputs.owners, outputs.scopes]).toEqual([1, '[]', '[]']);
});
