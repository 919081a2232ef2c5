// Checks, before a post is sent or remembered, that a person has approved it. Needs nothing but GitHub's API and the files of the
// workspace. What cannot be determined is not approved, and does not hold up the other posts.
//
// `approval: review`: a person has approved, in the pull request that last changed the post file, exactly what is about to be
// published. The questions, in their order:
//
// 1. Can a pull request show the whole post? It has a file, no assets of a release, and a path that GitHub reads literally.
// 2. Which commit changed the post file last, seen from the commit of the run?
// 3. Which pull requests that were merged into the branch of the run contain that commit?
// 4. In a run for a tag: is the post file still the same at the head of the default branch?
// 5. Does anybody with write access request changes in one of the pull requests?
// 6. Are the files of the workspace those of the commit of the run?
// 7. Has anybody with write access approved, neither an author of these pull requests nor a bot?
// 8. Were the files the same at the commit of that review?

import { ActionError, type InputError, statusOf, toActionError } from '../errors/action-error.ts';
import { formatFirst, quoted } from '../format.ts';
import { sidecarPathsOf } from '../media/sidecars.ts';
import { mediaFilesOf, type WrittenPost } from '../post/file/post.ts';
import type { Publication } from '../post/publication.ts';
import type { Run } from '../run.ts';
import { possibleBlobs } from './git-blob.ts';
import type { GitHubCall, GitHubClient } from './github-client.ts';

export interface ApprovalRun extends Pick<Run, 'env'> {
  readonly inputs: {
    readonly approval: 'none' | 'review' | 'environment';
    readonly environment: string;
    readonly workspace: string;
    readonly githubError: InputError | null;
  };
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
}

/** A line below `permissions:` in a job. Each token of a job may read the metadata. */
type Permission = 'contents: read' | 'pull-requests: read' | 'actions: read' | 'metadata: read';

/**
 * A question to GitHub's API, asked at most once a run for each key. The function that it returns throws POST_UNAPPROVED with the
 * missing permission, or as `GitHubClient.retry` does.
 */
function question<K, T>(
  github: GitHubClient,
  permission: Permission,
  ask: (key: K, ...given: Parameters<GitHubCall<T>>) => Promise<T>,
): (key: K) => Promise<T> {
  const answers = new Map<K, Promise<T>>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = github
      .retry((api, target) => ask(key, api, target))
      .catch((error) => {
        // The next post asks again.
        answers.delete(key);
        throw withPermission(error, permission);
      });
    answers.set(key, answer);
    return answer;
  };
}

/** For the `catch` of an answer. GitHub does not distinguish a missing object from one that the token may not see. */
function nullIfMissing(error: Error): null {
  if (statusOf(error.cause) === 404) return null;
  throw error;
}

/** GitHub hides what a token may not see. */
function withPermission(error: unknown, permission: Permission): unknown {
  const { code, message } = toActionError(error);
  if (statusOf(error) !== 404 && code !== 'GITHUB_DENIED') return error;
  const advice =
    permission === 'metadata: read'
      ? 'the token may not read who has write access, which the token of each job may: leave `github-token` at its default'
      : `the job needs \`permissions: ${permission}\`, or \`github-token\` must be a token that may read this`;
  return new ActionError('POST_UNAPPROVED', `${advice} (${message})`, { cause: error });
}

export interface ReviewedPost {
  /** The post file; null for a post from inputs. */
  readonly file: string | null;
  /**
   * The post file, its media, the picture of its link card, and what is published with them if it exists: alternative texts,
   * captions and thumbnails. Relative to the workspace, or `release:TAG/NAME`.
   */
  readonly paths: readonly string[];
  /** Those of `paths` whose line ends may differ from the commit: the post file, alternative texts and captions, but no media. */
  readonly texts: readonly string[];
}

export function toReviewedPost(post: WrittenPost): ReviewedPost {
  const { file, media } = post;
  const mediaPaths = mediaFilesOf(post).map(({ path }) => path);
  const videos = media.filter((one) => one.media.kind === 'video').map(({ path }) => path);
  const altFiles = media.flatMap((one) => (one.media.kind === 'video' ? [] : (one.altFile ?? [])));
  const sidecars = videos.flatMap((path) => sidecarPathsOf(path));
  const captions = videos.flatMap((path) => sidecarPathsOf(path, ['captions']));
  return {
    file,
    paths: [file ?? [], mediaPaths, altFiles, sidecars].flat(),
    texts: [file ?? [], altFiles, captions].flat().filter((path) => !mediaPaths.includes(path)),
  };
}

/** What GitHub is asked. */
function questionsTo(github: GitHubClient, sha: string) {
  const { repository } = github;
  const ours = `${repository.owner}/${repository.repo}`.toLowerCase();
  return {
    lastChange: question(github, 'contents: read', async (path: string, { rest }, target) => {
      const { data } = await rest.repos.listCommits({ ...target, path, sha, per_page: 1 });
      return data[0]?.sha;
    }),
    head: question(github, 'contents: read', async (branch: string, { rest }, target) => {
      const { data } = await rest.git.getRef({ ...target, ref: `heads/${branch}` });
      return data.object.sha;
    }),
    /** A commit may also be in pull requests of forks. */
    mergedPulls: question(
      github,
      'pull-requests: read',
      async (commit_sha: string, { paginate, rest }, target) => {
        const list = rest.repos.listPullRequestsAssociatedWithCommit;
        const pulls = await paginate(list, { ...target, commit_sha, per_page: 100 });
        return pulls.filter(
          ({ merged_at, base }) => merged_at && base.repo.full_name.toLowerCase() === ours,
        );
      },
    ),
    /** GitHub lists them in chronological order. */
    reviews: question(
      github,
      'pull-requests: read',
      (pull_number: number, { paginate, rest }, target) =>
        paginate(rest.pulls.listReviews, { ...target, pull_number, per_page: 100 }),
    ),
    access: question(github, 'metadata: read', async (username: string, { rest }, target) => {
      const { data } = await rest.repos.getCollaboratorPermissionLevel({ ...target, username });
      return data.permission;
    }),
    /** One folder, so that its entries are complete in a repository of any size. */
    tree: question(github, 'contents: read', async (tree_sha: string, { rest }, target) => {
      const { data } = await rest.git.getTree({ ...target, tree_sha });
      return new Map(data.tree.map((entry) => [entry.path, entry]));
    }),
    /** The names of the environments that a reviewer has approved. One list has all attempts of a run, without their times. */
    approvedIn: question(github, 'actions: read', async (run_id: number, { rest }, target) => {
      const { data } = await rest.actions.getReviewsForRun({ ...target, run_id });
      const approvals = data.filter(({ state }) => state === 'approved');
      return approvals.flatMap(({ environments }) => environments.map(({ name = '' }) => name));
    }),
  };
}

type Questions = ReturnType<typeof questionsTo>;
type PullRequest = Awaited<ReturnType<Questions['mergedPulls']>>[number];
type Review = Awaited<ReturnType<Questions['reviews']>>[number];
/** Path → blob at the commit of the run; null if it has no such file. */
type Committed = ReadonlyMap<string, string | null>;

/** GitHub may read such a path as a pattern of git, and name the last commit of other files. */
const PATTERN_PATH = /[*?[\\]|^:/;

const CHANGED = 'an earlier step or a newer commit changed it';

const CHANGED_MEDIA = `${CHANGED}, or git changed its line ends, which \`-text\` in \`.gitattributes\` prevents`;

/** A comment decides nothing: it changes neither an approval nor a request for changes. */
const DECISIVE_STATES = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'];

function lowerAscii(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export class Approvals {
  readonly #inputs: ApprovalRun['inputs'];
  readonly #env: ApprovalRun['env'];
  /** The commit of the run. */
  readonly #sha: string;
  readonly #ask: Questions;
  readonly #checked = new Set<Publication>();
  /** Post files; null is the post from inputs. */
  readonly #approved = new Set<string | null>();

  constructor({ inputs, env, github }: ApprovalRun) {
    if (github === null) throw inputs.githubError;
    this.#inputs = inputs;
    this.#env = env;
    this.#sha = env.GITHUB_SHA ?? '';
    this.#ask = questionsTo(github, this.#sha);
  }

  /**
   * Checks each post of `next` once, and refuses the unapproved ones: then `next` may have others.
   * @throws the reason of the signal when the run is aborted
   */
  async refuseUnapproved(next: () => readonly Publication[]): Promise<void> {
    for (;;) {
      const item = next().find((one) => !this.#checked.has(one));
      if (item === undefined) return;
      this.#checked.add(item);
      const error = await this.check(toReviewedPost(item.post));
      if (error !== null) item.refuse(error);
    }
  }

  /** Whether a check has found the post approved. */
  isApproved({ file }: Pick<ReviewedPost, 'file'>): boolean {
    return this.#approved.has(file);
  }

  /** Returns POST_UNAPPROVED with what is missing; null if the post is approved. @throws RunError RUN_CANCELLED */
  async check(post: ReviewedPost): Promise<ActionError | null> {
    const { file } = post;
    const isReview = this.#inputs.approval === 'review';
    const answer = isReview ? this.#whyNotApproved(post) : this.#whyNotInEnvironment();
    const lack = await answer.catch((error) => {
      if (toActionError(error).code === 'RUN_CANCELLED') throw error;
      return `its approval cannot be determined: ${toActionError(error).message}`;
    });
    if (lack === null) {
      this.#approved.add(file);
      return null;
    }
    const subject = file === null ? 'run' : { file, line: 1 };
    return new ActionError('POST_UNAPPROVED', `the post is not approved: ${lack}`, { subject });
  }

  /**
   * `approval: environment`: a reviewer of the environment has approved this run. GitHub itself asks again in each attempt, before it
   * starts a job of the environment. The rules of the environment decide who may approve.
   */
  async #whyNotInEnvironment(): Promise<string | null> {
    const { environment } = this.#inputs;
    const approved = await this.#ask.approvedIn(Number(this.#env.GITHUB_RUN_ID ?? ''));
    // GitHub ignores the case of these names. Only ASCII letters are folded: the Kelvin sign is no `k`.
    const wanted = lowerAscii(environment);
    if (approved.some((name) => lowerAscii(name) === wanted)) return null;
    const found =
      approved.length === 0 ? '' : ` (this run has approvals for ${approved.join(', ')})`;
    return `nobody has approved the environment ${quoted(environment)} in this run${found}: name it in \`environment:\` of the job, and check that it has required reviewers`;
  }

  /** Ends a sentence about the post with what is missing; null if it is approved. @throws ActionError if that is unknown; RunError */
  async #whyNotApproved(post: ReviewedPost): Promise<string | null> {
    const { file, paths } = post;
    const sha = this.#sha;
    const { GITHUB_REF: ref = '' } = this.#env;
    if (file === null) return 'approval by review is not available for a post without a post file';
    if (paths.some((path) => path.startsWith('release:')))
      return 'approval by review is not available with assets of a release, which no pull request contains';
    if (PATTERN_PATH.test(file))
      return 'approval by review is not available for a path that contains `*`, `?`, `[` or `\\`, or starts with `:`: rename the file';
    // GitHub would take an empty one for the default branch.
    if (!/^[0-9a-f]{40}$/.test(sha)) return "the runner's variable GITHUB_SHA is not a commit";
    const commit = await this.#ask.lastChange(file);
    const blob = await this.#blobAt(sha, file);
    if (commit === undefined || blob === null)
      return `the commit of this run, ${short(sha)}, does not contain ${file}: commit it, and check out without \`path\``;
    const isTag = ref.startsWith('refs/tags/');
    const branch = isTag ? 'the default branch' : ref.replace(/^refs\/heads\//, '');
    // The reviewers of pull requests into other branches did not see this change of the branch.
    const pulls = (await this.#ask.mergedPulls(commit)).filter(
      ({ base }) => base.ref === (isTag ? base.repo.default_branch : branch),
    );
    const [pull] = pulls;
    if (pull === undefined)
      return `no pull request that was merged into ${branch} contains the commit that changed it last, ${short(commit)}`;
    const withdrawn = isTag ? await this.#whyWithdrawn(file, blob, pull.base.ref) : null;
    return withdrawn ?? (await this.#whyNotReviewed(post, pulls));
  }

  /** A tag keeps what was withdrawn, or made a draft, on the default branch since. */
  async #whyWithdrawn(file: string, blob: string, branch: string): Promise<string | null> {
    const latest = await this.#blobAt(await this.#ask.head(branch), file);
    if (latest === blob) return null;
    if (latest === null) return `it was withdrawn: ${branch} no longer has ${file}`;
    return `${file} is another one on ${branch} now: set the tag on a commit that has the present file`;
  }

  async #whyNotReviewed(post: ReviewedPost, pulls: readonly PullRequest[]): Promise<string | null> {
    const numbers = pulls.map(({ number }) => `#${number}`).join(', ');
    const reviews = (
      await Promise.all(pulls.map(({ number }) => this.#latestReviews(number)))
    ).flat();
    for (const { user, state } of reviews)
      if (state === 'CHANGES_REQUESTED' && (await this.#mayWrite(user)))
        return `${user?.login} requests changes in pull request ${numbers}, and has not withdrawn that`;
    const committed = new Map<string, string | null>();
    for (const path of post.paths) committed.set(path, await this.#blobAt(this.#sha, path));
    const change = await this.#changeInWorkspace(committed, post.texts);
    if (change !== null) return change;
    const reasons: string[] = [];
    for (const review of reviews) {
      if (review.state === 'CHANGES_REQUESTED') continue;
      const reason = await this.#whyNoApproval(review, pulls, committed);
      if (reason === null) return null;
      reasons.push(reason);
    }
    return reasons.length === 0
      ? `nobody has approved pull request ${numbers}, which changed it last`
      : `pull request ${numbers}, which changed it last, has no approval that counts: ${formatFirst(reasons, 5)}`;
  }

  /**
   * The latest review of each person that decides, even if it was dismissed since. No review of a deleted account counts. The
   * newest one comes first: it is the most likely to be of what is published.
   */
  async #latestReviews(pull: number): Promise<Review[]> {
    const decisive = (await this.#ask.reviews(pull)).filter(({ state }) =>
      DECISIVE_STATES.includes(state),
    );
    return [...new Map(decisive.map((review) => [review.user?.id, review])).values()].reverse();
  }

  /** Whether a person may write to the repository now. A bot or a deleted account never may. */
  async #mayWrite(user: Review['user']): Promise<boolean> {
    if (user?.type !== 'User') return false;
    const access = await this.#ask.access(user.login).catch(nullIfMissing);
    return access === 'admin' || access === 'write';
  }

  /** Why a review does not approve these files; null if it does. */
  async #whyNoApproval(
    { user, state, commit_id: commit }: Review,
    pulls: readonly PullRequest[],
    committed: Committed,
  ): Promise<string | null> {
    const name = user?.login ?? 'a deleted account';
    if (state !== 'APPROVED') return `the review of ${name} was dismissed`;
    if (user?.type !== 'User') return `${name} is not a person`;
    const own = pulls.find(({ user: author }) => author?.id === user.id);
    if (own !== undefined) return `${name} is the author of #${own.number}`;
    if (!(await this.#mayWrite(user))) return `${name} has no write access`;
    if (commit === null || (await this.#ask.tree(commit).catch(nullIfMissing)) === null)
      return `the repository no longer has the commit that ${name} approved`;
    for (const [path, blob] of committed) {
      const reviewed = await this.#blobAt(commit, path);
      if (reviewed === blob) continue;
      const change = reviewed === null ? 'added' : blob === null ? 'deleted' : 'changed';
      return `${path} was ${change} after the commit that ${name} approved (${short(commit)})`;
    }
    return null;
  }

  /** What differs between the commit of the run and the files that are about to be published. */
  async #changeInWorkspace(committed: Committed, texts: readonly string[]): Promise<string | null> {
    for (const [path, blob] of committed) {
      const isText = texts.includes(path);
      const present = await possibleBlobs(this.#inputs.workspace, path, { isText });
      // A disk that ignores letter case has the committed `clip.srt` also as `clip.SRT`.
      const spellings = [...committed].filter(
        ([other]) => other.toLowerCase() === path.toLowerCase(),
      );
      if (spellings.some(([, one]) => present.has(one ?? ''))) continue;
      if (blob !== null)
        return `${path} in the workspace is not that of the commit of this run, ${short(this.#sha)}: ${isText ? CHANGED : CHANGED_MEDIA}`;
      if (present.size > 0)
        return `the commit of this run, ${short(this.#sha)}, does not contain ${path} as a file`;
    }
    return null;
  }

  /** The blob in a tree, or in that of a commit; null if the path is not a regular file. A link has another mode. */
  async #blobAt(tree: string, path: string): Promise<string | null> {
    const [name = '', ...rest] = path.split('/');
    const entry = (await this.#ask.tree(tree)).get(name);
    if (rest.length > 0)
      return entry?.type === 'tree' ? await this.#blobAt(entry.sha, rest.join('/')) : null;
    return entry?.mode?.startsWith('100') ? entry.sha : null;
  }
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
