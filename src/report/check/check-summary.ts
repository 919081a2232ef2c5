// The job summary of `mode: check`: a page to act on. What works, what is missing and where to get it, the owners, and the
// lines of the workflow.

import type { Env } from '../../deps.ts';
import type { CheckInputs } from '../../inputs/check-inputs.ts';
import { GENERATOR } from '../../linkedin/token-estimate.ts';
import { pageUrl } from '../../linkedin/urn.ts';
import { type Block, bullets, escapeMarkdown, renderHint, table } from '../markdown.ts';
import type { CheckLine } from './check-lines.ts';
import { describeRole, type OwnerRow } from './owners.ts';

const ICONS: Readonly<Record<CheckLine['level'], string>> = {
  good: '✅',
  info: 'ℹ️',
  warning: '⚠️',
  error: '❌',
};

interface Checked {
  readonly action: CheckInputs['action'];
  readonly lines: readonly CheckLine[];
  readonly owners: readonly OwnerRow[];
}

/** The summary, below the headline. */
export function checkBlocks(checked: Checked, env: Env): Block[] {
  return [...lineBlocks(checked.lines), ...ownerBlocks(checked.owners), ...workflowBlocks(checked, env)];
}

function lineBlocks(lines: readonly CheckLine[]): Block[] {
  if (lines.length === 0) return [];
  const entry = ({ about, level, text, hint }: CheckLine) => {
    const linked = hint.split(GENERATOR).map(renderHint).join(`<a href="${GENERATOR}">${GENERATOR}</a>`);
    return `${ICONS[level]} <b>${renderHint(about)}</b> ${renderHint(text)}${hint === '' ? '' : `<br>→ ${linked}`}`;
  };
  return [bullets(lines, entry)];
}

function ownerBlocks(owners: readonly OwnerRow[]): Block[] {
  if (owners.length === 0) return [];
  // The parser of the response lets only URNs pass.
  const cells = (row: OwnerRow) => [
    `\`${row.urn}\``,
    [nameOf(row), escapeMarkdown(describeRole(row))].filter((text) => text !== '').join('<br>'),
  ];
  return ['### Values for `owner`', table(['owner', 'name and role'], owners, cells)];
}

/** A page without a readable name is a link to it. */
function nameOf({ urn, name }: OwnerRow): string {
  if (name !== '') return escapeMarkdown(name);
  const url = pageUrl(urn);
  return url === null ? '' : `<a href="${url}">page ${urn.split(':').at(-1)}</a>`;
}

/** The step names the page that may post, or else the member. */
function workflowBlocks({ action, owners }: Checked, env: Env): Block[] {
  const fitting = owners.filter(({ posts, lacks }) => posts === 'all' && lacks === null);
  const owner = fitting.find(({ role }) => role !== 'MEMBER') ?? fitting[0];
  if (owner === undefined) return [];
  const step = [
    `- uses: ${usesOf(env, action === 'post' ? '/post' : '')}`,
    '  with:',
    `    access-token: \${{ secrets.LINKEDIN_ACCESS_TOKEN }}`,
    `    owner: ${owner.urn}`,
    ...(action === 'post' ? ['    posts: posts/**/*.md'] : ['    api: media', '    files: media/**']),
  ];
  const others = fitting.length > 1 ? ' Another owner of the table goes into the same line.' : '';
  return [
    '### In the workflow',
    `Set the owner in the step that publishes.${others}`,
    ['```yaml', ...step, '```'].join('\n'),
  ];
}

/** This action as the workflow names it. Unknown for an action in the workspace. */
function usesOf(
  { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' }: Env,
  folder: string,
): string {
  const isNamed = /^[\w.-]+\/[\w.-]+$/.test(repository) && /^[\w./-]+$/.test(ref);
  return isNamed ? `${repository}${folder}@${ref}` : `your-org/linkedin-media-upload${folder}@v1`;
}
