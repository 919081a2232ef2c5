// Forty mistakes of an author, each with all that the log of its run says about it, as annotations show it.

import { expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { type Files, POST_ACTION } from '../support/posting.ts';
import { makeWorkspace, OWNER, TOKEN } from '../support/publishing.ts';
import { runProgram } from '../support/runner.ts';

type Inputs = Readonly<Record<string, string>>;

const FILES: Files = {
  'media/hero.png': png({ width: 5, height: 4 }),
  'media/team.png': png({ width: 6, height: 4 }),
  'posts/old.md': '---\ndraft: true\n---\nOld',
};

/** Inputs that action.yml does not have, which GitHub hands to the action with a warning. */
const UNKNOWN = ['file', 'access_token', 'organization', 'post', 'message'];

/** The annotations of a run, without the verdict on its posts. */
async function annotationsOf(
  action: 'upload' | 'post',
  given: Inputs,
  files: Files = FILES,
): Promise<string[]> {
  const isPost = action === 'post';
  const valid = {
    owner: OWNER,
    mode: isPost ? 'simulate' : 'plan',
    ...(isPost ? {} : { files: 'media/**' }),
  };
  const isOther = (name: string) => UNKNOWN.includes(name) || (!isPost && name === 'posts');
  const entries = Object.entries({ ...valid, ...given });
  const run = await runProgram({
    ...(isPost && { action: POST_ACTION }),
    workspace: await makeWorkspace(files),
    inputs: Object.fromEntries(entries.filter(([name]) => !isOther(name))),
    env: Object.fromEntries(
      entries
        .filter(([name]) => isOther(name))
        .map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text]),
    ),
  });
  return run.annotations.flatMap(({ level, title, message }) =>
    title === 'LinkedIn posts' ? [] : `${level}: ${message}`,
  );
}

it.each<[mistake: string, given: Inputs, said: string, files?: Files]>([
  [
    'an input in the singular',
    { file: 'media/hero.png', files: '' },
    'error: file is not an input of this action; did you mean `files`?',
  ],
  [
    'an input with an underscore',
    { access_token: TOKEN, mode: 'publish' },
    'error: access_token is not an input of this action; did you mean `access-token`?',
  ],
  [
    '`organization` in place of `owner`',
    { organization: '24141830', owner: '' },
    'error: organization is not an input of this action; did you mean `owner`?',
  ],
  [
    'an input of the post action',
    { posts: 'posts/*.md', files: '' },
    'error: posts is an input of your-org/linkedin-media-upload/post, not of this action; write `uses: your-org/linkedin-media-upload/post@v1`',
  ],
  [
    'a mode of other tools',
    { mode: 'dryrun' },
    'error: mode is "dryrun", but must be one of: publish, check (which says what the token can do), plan (which sends nothing), simulate (which sends to a sandbox)',
  ],
  [
    'a misspelled file',
    { files: 'media/hreo.png' },
    'error: files matches no file that can be uploaded: the pattern media/hreo.png matched nothing (did you mean media/hero.png?)',
  ],
  [
    'a path of Windows',
    { files: 'media\\hero.png' },
    'error: files matches no file that can be uploaded: the pattern media\\hero.png matched nothing (folders are separated with /; write media/hero.png)',
  ],
  [
    'braces',
    { files: 'media/*.{png,jpg}' },
    'error: files matches no file that can be uploaded: the pattern media/*.{png,jpg} matched nothing (groups and braces are matched literally; write one line for each alternative)',
  ],
  [
    'a list with commas',
    { files: 'media/hero.png, media/team.png' },
    'error: files matches no file that can be uploaded: the pattern media/hero.png, media/team.png matched nothing (each line is one path or pattern; write one per line)',
  ],
  [
    'a path from a subfolder',
    { files: '../media/hero.png' },
    'error: files cannot be used: the pattern ../media/hero.png cannot be searched: it has a `.` or `..` segment; write media/hero.png, relative to the workspace',
  ],
  [
    'no checkout',
    {},
    'error: files matches no file that can be uploaded: the workspace is empty, probably because no step has checked out the repository. Add actions/checkout, or another step that creates the files, before this step.',
    {},
  ],
  [
    'a `!` alone',
    { files: 'media/*\n!' },
    'error: files cannot be used: the pattern ! is empty; write what it excludes after the `!`, such as !media/drafts/**',
  ],
  [
    'a `!` line that excludes nothing',
    { files: 'media/*\n!media/draft/**' },
    'warning: the pattern !media/draft/** excludes nothing; correct it, or remove the line',
  ],
  [
    'the name of a page as `owner`',
    { owner: 'acme' },
    'error: owner is "acme", but must be a URN: urn:li:organization:24141830 for the page with the admin view linkedin.com/company/24141830/admin, urn:li:person:… for a member, with an id that is not in the address of the profile, urn:li:sponsoredAccount:… for an ad account; `mode: check` lists yours',
  ],
  [
    'the address of a page as `owner`',
    { owner: 'https://www.linkedin.com/company/24141830/admin/' },
    'error: owner is "https://www.linkedin"…, but must be a URN: urn:li:organization:24141830 for this page',
  ],
  [
    'the address of a profile as `owner`',
    { owner: 'https://www.linkedin.com/in/jane-doe-7a81b2/' },
    'error: owner is "https://www.linkedin"…, but must be a URN: urn:li:person:…, with the id of the person, which is not in the address of the profile; `mode: check` with a token of that person shows it',
  ],
  [
    'an expression that nothing has evaluated as `owner`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    { owner: '${{ vars.OWNER }}' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    'error: owner is "${{ vars.OWNER }}", but must be the value of the variable, not its name: write ${{ vars.NAME }} in the workflow; a post file takes the URN itself',
  ],
  [
    'a secret that does not exist',
    { 'access-token': '', mode: 'publish' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    'error: access-token is empty, but `mode: publish` needs it. Check the name in `access-token: ${{ secrets.NAME }}`: a secret that does not exist is empty. So is one of an environment if the job has no `environment:`, and any in a pull request from a fork, where `mode: plan` needs none.',
  ],
  [
    'a token with its scheme',
    { 'access-token': `Bearer ${TOKEN}`, mode: 'publish' },
    'error: access-token starts with "Bearer"; store the token without it',
  ],
  [
    'the name of a secret',
    { 'access-token': 'secrets.LINKEDIN_TOKEN', mode: 'publish' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    'error: access-token is the name of a secret, not its value; write ${{ secrets.NAME }}',
  ],
])('upload action: %s', async (_, given, said, files) => {
  expect(await annotationsOf('upload', given, files)).toEqual([said]);
});

it.each<[mistake: string, given: Inputs, said: string, files?: Files]>([
  [
    'a misspelled folder of posts',
    { posts: 'post/*.md' },
    'warning: posts matches no file, so there is nothing to post: the pattern post/*.md matched nothing (did you mean posts/*.md?)',
  ],
  [
    'a pattern without subfolders for posts in a subfolder',
    { posts: 'posts/*.md' },
    'notice: posts matches no file, so there is nothing to post: the pattern posts/*.md matched nothing (posts/2026/new.md is in a subfolder; write posts/**/*.md)',
    { 'posts/2026/new.md': '---\n---\nOut now' },
  ],
  [
    'a pattern for another ending of posts',
    { posts: 'posts/*.md' },
    'notice: posts matches no file, so there is nothing to post: the pattern posts/*.md matched nothing (posts/new.markdown has another ending; write posts/*.markdown)',
    { 'posts/new.markdown': '---\n---\nOut now' },
  ],
  [
    'a pattern for another ending of posts in a subfolder',
    { posts: 'posts/*.md' },
    'notice: posts matches no file, so there is nothing to post: the pattern posts/*.md matched nothing (posts/2026/new.markdown is in a subfolder; write posts/**/*.markdown)',
    { 'posts/2026/new.markdown': '---\n---\nOut now' },
  ],
  [
    'alternative texts of too few pictures',
    { text: 'x', media: 'media/*.png', alt: 'A hero' },
    'error: alt has 1 line, but the post has 2 files (media/hero.png, media/team.png): write one line for each, in this order',
  ],
  [
    'the name of the file as its alternative text',
    { text: 'x', media: 'media/hero.png', alt: 'hero.png' },
    'warning: the alternative text of media/hero.png is the name of the file, which tells nobody what the picture shows: write what a person would see',
  ],
  [
    'the alternative text in `alt-text`',
    { text: 'x', media: 'media/hero.png', 'alt-text': 'A hero' },
    'error: alt-text is "A hero", but must be one of: error, warn, off (the text itself is the input `alt`)',
  ],
  [
    'a text beside post files',
    { posts: 'posts/*.md', text: 'x' },
    'error: text cannot be combined with `posts`; remove it: the text is in each post file',
  ],
])('post action: %s', async (_, given, said, files) => {
  expect(await annotationsOf('post', given, files)).toEqual([said]);
});

/** The mistakes in a post file, below or above its front matter. */
it.each<[mistake: string, post: string, said: string]>([
  [
    'a misspelled picture',
    '---\nmedia:\n  - media/hreo.png\n---\nOut now',
    'error: posts/new.md, line 3: media/hreo.png does not exist (did you mean media/hero.png?)',
  ],
  [
    'an address as a picture',
    '---\nmedia:\n  - https://a.example/x.png\n---\nOut now',
    'error: posts/new.md, line 3: entry 1 of `media` cannot be used: it is an address; download the file in an earlier step, and write its path',
  ],
  [
    '`alt` in an item of its own',
    '---\nmedia:\n  - media/hero.png\n  - alt: A hero\n---\nOut now',
    'error: posts/new.md, line 4: `alt` stands in an entry of its own; write both in one entry, with the lines `  - file: media/hero.png` and `    alt: "A hero"`',
  ],
  [
    '`alt` below the list',
    '---\nmedia:\n  - media/hero.png\nalt: A hero\n---\nOut now',
    'error: posts/new.md, line 4: `alt` is not a key of a post; write each `alt` below its file, with the lines `media:`, `  - file: media/hero.png` and `    alt:`, and what the picture shows after `alt:`, in quotes',
  ],
  [
    'a key of a blog',
    '---\nimage: media/hero.png\n---\nOut now',
    'error: posts/new.md, line 2: `image` is not a key of a post; write `media`, with the lines `media:`, `  - file: media/hero.png` and `    alt:`, and what the picture shows after `alt:`, in quotes',
  ],
  [
    'a misspelled key',
    '---\nvisiblity: public\n---\nOut now',
    'error: posts/new.md, line 2: `visiblity` is not a key of a post; did you mean `visibility`?',
  ],
  [
    'a date in a key of blogs',
    '---\ndate: 2026-12-03\n---\nOut now',
    'error: posts/new.md, line 2: `date` is not a key of a post; write `at`, such as `at: 2026-12-03 09:00 Europe/Berlin`',
  ],
  [
    'a time without a zone',
    '---\nat: 2026-12-03T10:30:00\n---\nOut now',
    'error: posts/new.md, line 2: `at` is 2026-12-03T10:30:00, which has no time zone: write `at: 2026-12-03 10:30 Europe/Berlin`, with the name of your time zone, or set the input `timezone`',
  ],
  [
    'a date without a time',
    '---\nat: 2026-12-04\n---\nOut now',
    'error: posts/new.md, line 2: `at` is 2026-12-04, but must be a date, a time and a time zone: write `at: 2026-12-04 09:00 Europe/Berlin`, with the name of your time zone',
  ],
  [
    'a date as in German',
    '---\nat: 4.12.2026\n---\nOut now',
    'error: posts/new.md, line 2: `at` is 4.12.2026, but must be a date, a time and a time zone: write `at: 2026-12-04 09:00 Europe/Berlin`, with the name of your time zone',
  ],
  [
    'a word for a day',
    '---\nat: tomorrow\n---\nOut now',
    'error: posts/new.md, line 2: `at` is tomorrow, but must be a date, a time and a time zone: write `at: 2026-12-03 09:00 Europe/Berlin`, with the name of your time zone',
  ],
  [
    'a time zone with a typo',
    '---\nat: 2026-12-04 09:00 Europe/Berln\n---\nOut now',
    'error: posts/new.md, line 2: `at` has the time zone Europe/Berln, which is not known: write `at: 2026-12-04 09:00 Europe/Berlin`',
  ],
  [
    'an abbreviation of a time zone',
    '---\nat: 2026-12-04 09:00 PST\n---\nOut now',
    'error: posts/new.md, line 2: `at` has PST for a time zone, an abbreviation that does not say whose clocks count: write `at: 2026-12-04 09:00 America/Los_Angeles`, or another city with that time',
  ],
  [
    'the name of a page as its author',
    '---\nowner: acme\n---\nOut now',
    'error: posts/new.md, line 2: `owner` is acme, but must be a URN: urn:li:organization:24141830 for the page with the admin view linkedin.com/company/24141830/admin, urn:li:person:… for a member, with an id that is not in the address of the profile; `mode: check` lists yours',
  ],
  [
    'the address of a profile as its author',
    '---\nowner: linkedin.com/in/jane-doe-7a81b2\n---\nOut now',
    'error: posts/new.md, line 2: `owner` is linkedin.com/in/jane-doe-7a81b2, but must be a URN: urn:li:person:…, with the id of the person, which is not in the address of the profile; `mode: check` with a token of that person shows it',
  ],
  [
    'an expression of a workflow as its author',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    '---\nowner: ${{ vars.OWNER }}\n---\nOut now',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    'error: posts/new.md, line 2: `owner` is ${{ vars.OWNER }}, but must be the value of the variable, not its name: write ${{ vars.NAME }} in the workflow; a post file takes the URN itself',
  ],
  [
    'a colon in a value',
    '---\ncomment: Docs: https://example.org\n---\nOut now',
    'error: posts/new.md, line 2: the front matter is not valid YAML: a value with `: ` in it must be in quotes, such as `comment: "Docs: https://example.org"`',
  ],
  [
    'a code fence around the post',
    '```yaml\n---\ndraft: true\n---\nOut now\n```',
    'error: posts/new.md, line 1: the front matter must begin in the first line of the file: remove the code fence around the post',
  ],
  [
    'an em dash in place of the first `---`',
    '—\ndraft: true\n---\nOut now',
    'error: posts/new.md, line 1: the front matter must begin with a line of three hyphens, `---`; this line has other dashes',
  ],
  [
    'an em dash in place of the second `---`',
    '---\ndraft: true\n—-\nOut now',
    'error: posts/new.md, line 3: the front matter must end with a line of three hyphens, `---`; this line has other dashes',
  ],
  [
    'an em dash in place of the second `---`, above a rule',
    '---\ndraft: true\n———\nOut now\n\n---\nMore',
    'error: posts/new.md, line 3: the front matter must end with a line of three hyphens, `---`; this line has other dashes',
  ],
  [
    'no front matter',
    'Out now',
    'error: posts/new.md, line 1: the file has no front matter, so it is not a post. Start it with a line `---`, the keys (or nothing), and a line `---`, or exclude it with the line `!posts/new.md` in the input `posts`.',
  ],
  [
    '`titel` of a link',
    '---\nlink:\n  url: https://a.example\n  titel: T\n---\nOut now',
    'error: posts/new.md, line 4: `titel` is not a key of `link`; did you mean `title`?',
  ],
  [
    'a mention without its URN',
    '---\n---\nThanks to @Acme',
    'warning: posts/new.md, line 3: @Acme goes out as plain text: a mention is `@[Acme](urn:li:organization:1)`, with the number of the page; write `\\@Acme` if it is none',
  ],
  [
    'a name in brackets without its URN',
    '---\n---\nThanks to @[Acme]',
    'warning: posts/new.md, line 3: @[Acme] goes out as written: write @[Acme](urn:li:organization:24141830), with the number in the address of the admin view of the page, linkedin.com/company/24141830/admin; write `\\@[Acme]` if it is no mention',
  ],
  [
    'a mention with the address of a page',
    '---\n---\nThanks to @[Acme](https://www.linkedin.com/company/acme/)',
    'warning: posts/new.md, line 3: @[Acme](https://www.linkedin.com/company… goes out as written: write @[Acme](urn:li:organization:24141830), with the number in the address of the admin view of the page, linkedin.com/company/24141830/admin; or @[Acme](urn:li:person:…), with the id of the person, which is not in the address of the profile',
  ],
  [
    'a mention with the number of a page in an address',
    '---\n---\nThanks to @[Acme](https://www.linkedin.com/company/5/admin/)',
    'warning: posts/new.md, line 3: @[Acme](https://www.linkedin.com/company… goes out as written: write @[Acme](urn:li:organization:5)',
  ],
  [
    'bold text in HTML',
    '---\n---\nOut <b>now</b>',
    'warning: posts/new.md, line 3: <b>, </b> go out as written, because LinkedIn shows no HTML; remove the tags',
  ],
  [
    'a line break in HTML',
    '---\n---\nOut<br/>now',
    'warning: posts/new.md, line 3: <br/> goes out as written, because LinkedIn shows no HTML; begin a new line instead',
  ],
  [
    'a field of other tools',
    '---\n---\nOut now: {{title}}',
    'warning: posts/new.md, line 3: the text has {{title}}, which is posted literally: write {{name}} for the name of the release',
  ],
  [
    'a field that does not exist',
    '---\n---\nBy {{ author }}',
    'warning: posts/new.md, line 3: the text has {{ author }}, which is posted literally: the fields are {{tag}}, {{name}} and {{url}}, of the release; write anything else itself',
  ],
  [
    'an expression of a workflow',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    '---\n---\nOut now: ${{ github.ref_name }}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    'warning: posts/new.md, line 3: the text has ${{ github.ref_name }}, which is posted literally: GitHub evaluates expressions only in workflow files; the fields of a post are {{tag}}, {{name}} and {{url}}, of the release',
  ],
  [
    'an entity of HTML',
    '---\n---\nResearch &amp; development',
    'warning: posts/new.md, line 3: &amp; goes out as written, because LinkedIn shows no HTML; write & instead',
  ],
  [
    'a tag with a hyphen',
    '---\n---\nWe love #open-source',
    'warning: posts/new.md, line 3: #open-source goes out as written: LinkedIn ends a tag at a hyphen, so this one is #open; write #opensource',
  ],
  [
    'a poll with one option',
    '---\npoll:\n  question: Which?\n  options: [A]\n---\nOut now',
    'error: posts/new.md, line 4: `poll.options` must be a list of 2 to 4 options, each in a line that starts with `-`',
  ],
  [
    'a word as `revision`',
    '---\nrevision: two\n---\nOut now',
    'error: posts/new.md, line 2: `revision` must be a whole number, such as 1',
  ],
  [
    'the address of a post as `urn`',
    '---\nurn: https://www.linkedin.com/feed/update/urn:li:share:7123/\n---\nOut now',
    'error: posts/new.md, line 2: `urn` is https://www.linkedin.com/feed/update/urn:li:share:7123/, but must be the URN alone: urn:li:share:7123',
  ],
  ...[
    [
      'https://www.linkedin.com/posts/acme_launch-activity-7123456789012345678-AbCd',
      'urn:li:activity:7123456789012345678',
    ],
    [
      'https://www.linkedin.com/posts/acme_launch-share-7123456789012345678-AbCd',
      'urn:li:share:7123456789012345678',
    ],
    [
      'https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A7123456789012345678/',
      'urn:li:ugcPost:7123456789012345678',
    ],
  ].map(([address = '', urn]): [string, string, string] => [
    `the address of a post with its number as \`urn\`: ${address}`,
    `---\nurn: ${address}\n---\nOut now`,
    `error: posts/new.md, line 2: \`urn\` is ${address}, but must be the URN alone: ${urn}`,
  ]),
  [
    'tabs in the front matter',
    '---\nlink:\n	url: https://a.example\n---\nOut now',
    'error: posts/new.md, line 3: the front matter is not valid YAML: the line begins with a tab; use spaces',
  ],
])('post file: %s', async (_, post, said) => {
  const files = { ...FILES, 'posts/new.md': post };
  expect(await annotationsOf('post', { posts: 'posts/*.md', 'alt-text': 'off' }, files)).toEqual([
    said,
  ]);
});

it('a run names the missing files beside an invalid entry of `media`, with their own lines', async () => {
  const post =
    '---\nmedia:\n  - media/hreo.png\n  - /media/team.png\n  - media/taem.png\n---\nOut now';
  const files = { ...FILES, 'posts/new.md': post };
  expect(await annotationsOf('post', { posts: 'posts/*.md' }, files)).toEqual([
    'error: posts/new.md, line 3: media/hreo.png does not exist (did you mean media/hero.png?)',
    expect.stringMatching(
      /^error: posts\/new\.md, line 4: entry 2 of `media` cannot be used: a leading \//,
    ),
    'error: posts/new.md, line 5: media/taem.png does not exist (did you mean media/team.png?)',
  ]);
});
