// Why a matched file is not uploaded: the codes of the rules, and their descriptions for users.

export type SkipReason =
  | 'hidden'
  | 'link'
  | 'excluded'
  | 'outside'
  | 'not-a-file'
  | 'duplicate'
  | 'broken-link'
  | 'manifest';

export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** Each description completes a sentence about one file or several. */
export const SKIP_REASONS: Record<SkipReason, string> = {
  hidden: 'a hidden file or a link to one (`include-hidden-files: true` allows it)',
  link: 'reached through a link (`follow-symlinks: true` allows it)',
  excluded: 'a link to what a `!` line excludes',
  outside: 'out of the workspace, by its path or by a link',
  'not-a-file': 'no regular file',
  duplicate: 'another name of a file that is taken already',
  'broken-link': 'a link that leads nowhere',
  manifest: 'the manifest itself, or what a killed run left of it',
};
