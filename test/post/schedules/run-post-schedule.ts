// Runs one schedule: processes with the services of the tests that start at their times, then two runs without any faults, which
// must know what became of each post. Checks nothing.

import type { Post } from '../../../src/post/file/post.ts';
import { PostProcess, type Report, type Row } from '../post-process.ts';
import { type Arrival, PostServices } from '../post-services.ts';
import { makePost } from '../posts.ts';
import type { FileChange, PostSchedule, ScheduledRun } from './post-schedule.ts';

const LINKEDIN_SCOPES = ['w_organization_social', 'w_organization_social_feed'] as const;
const DAY_MS = 24 * 3_600_000;
/** Longer than the life of a claim. */
const LATER_MS = 15 * 60_000;

export interface FinishedPostSchedule {
  readonly schedule: PostSchedule;
  /** Of the runs that reported. */
  readonly reports: readonly Report[];
  /** The two runs after all others. */
  readonly audits: readonly Report[];
  readonly arrivals: readonly Arrival[];
  /** Arrivals before the second audit. */
  readonly arrivalsBefore: number;
  readonly killed: number;
  /** Files that were changed, by post. */
  readonly changes: ReadonlyMap<number, ReadonlySet<FileChange>>;
  readonly faultsLeft: number;
  readonly endMs: number;
}

/** The scheduled post that a file holds, whatever it is called now. */
export function postOf(file: string): number {
  return Number(/^posts\/(\d+)/.exec(file)?.[1]);
}

export async function runPostSchedule(schedule: PostSchedule): Promise<FinishedPostSchedule> {
  return await new PostScheduleRunner(schedule).run();
}

class PostScheduleRunner {
  readonly #schedule: PostSchedule;
  readonly #services: PostServices;
  readonly #files: Post[];
  readonly #changes = new Map<number, Set<FileChange>>();
  /** Ids under which a run has found posts that are, or may be, on LinkedIn, and has remembered them. */
  readonly #remembered = new Set<string>();
  /** Ids and texts of the files that a run has found published. */
  readonly #knownTexts = new Set<string>();
  readonly #oldUrn: string;
  #processes = 0;

  constructor(schedule: PostSchedule) {
    this.#schedule = schedule;
    const { seed, latencyMs, linkedinSkewMs, outage, post, comment, find, read, write } = schedule;
    const names = {
      'the post': (urn: string) => urn,
      nothing: () => null,
      'an activity': (urn: string) => urn.replace(/share|ugcPost/, 'activity'),
      'an older post': () => this.#oldUrn,
    };
    this.#services = new PostServices({
      ...{ seed, latencyMs, linkedinSkewMs, ...(outage && { outage }) },
      faults: { post, comment, find, read, write },
      linkedin: {
        duplicateWindowMs: schedule.duplicates === 'refused' ? DAY_MS : 0,
        duplicateUrnInResponse: names[schedule.names],
        scopes: schedule.readsPosts ? [...LINKEDIN_SCOPES, 'r_organization_social'] : LINKEDIN_SCOPES,
      },
    });
    this.#oldUrn = `urn:li:share:${BigInt(this.#services.model.now() - 3_600_000) << 22n}`;
    this.#files = schedule.posts.map(({ text, hasComment }, index) =>
      makePost({
        file: `posts/${index}.md`,
        text: `Text ${text} of #opensource_2`,
        comment: hasComment ? `Comment ${index}` : null,
      }),
    );
  }

  async run(): Promise<FinishedPostSchedule> {
    const services = this.#services;
    const reports = await services.finish(this.#startRuns());
    const faultsLeft = services.clearFaults();
    const audits: (Report | null)[] = [];
    let arrivalsBefore = 0;
    for (let count = 0; count < 2; count += 1) {
      await services.finish(services.clock.sleep(LATER_MS));
      arrivalsBefore = services.arrivals.length;
      audits.push(await services.finish(this.#process({}).run([...this.#files])));
    }
    return {
      schedule: this.#schedule,
      reports: reports.filter((report) => report !== null),
      audits: audits.filter((report) => report !== null),
      arrivals: services.arrivals,
      arrivalsBefore,
      killed: reports.filter((report) => report === null).length,
      changes: this.#changes,
      faultsLeft,
      endMs: services.nowMs,
    };
  }

  async #startRuns(): Promise<(Report | null)[]> {
    const runs: Promise<Report | null>[] = [];
    for (const run of this.#schedule.runs) {
      await this.#services.clock.sleep(run.afterMs);
      for (const { post, change } of run.changes) this.#change(post, change);
      const process = this.#process(run);
      const files = [...this.#files];
      runs.push(process.run(files).then((report) => this.#note(report, files)));
    }
    return await Promise.all(runs);
  }

  #note(report: Report | null, files: readonly Post[]): Report | null {
    if (report === null || report.cancelledMs !== null || report.memoryError !== null) return report;
    const isThere = ({ state }: Row) => state === 'posted' || state === 'known' || state === 'unknown';
    for (const row of report.rows.filter(isThere)) this.#remembered.add(row.id);
    const known = report.rows.filter(({ state }) => state === 'known').map(({ id }) => id);
    for (const { id, text } of files) if (known.includes(id)) this.#knownTexts.add(`${id} ${text}`);
    return report;
  }

  #process({
    skewMs = 0,
    killAt = null,
    cancelAt = null,
    suspendAt = null,
  }: Partial<ScheduledRun>): PostProcess {
    this.#processes += 1;
    const { readsPosts, tellsScopes } = this.#schedule;
    const scopes = readsPosts ? [...LINKEDIN_SCOPES, 'r_organization_social'] : LINKEDIN_SCOPES;
    const name = `process-${String(this.#processes).padStart(2, '0')}`;
    return new PostProcess(this.#services, {
      ...{ name, skewMs, killAt, cancelAt, suspendAt },
      scopes: tellsScopes ? scopes : null,
    });
  }

  #change(index: number, change: FileChange): void {
    const post = this.#files[index];
    const earlier = this.#changes.get(index) ?? new Set();
    if (post === undefined) return;
    // A further attempt with another text is another post for LinkedIn, and so is a file with another name and text, unless
    // a run has remembered it under that name before.
    const isRenamed = earlier.has('rename') && !this.#remembered.has(post.id);
    const isEdited = earlier.has('edit');
    const isSeen = change === 'rename' && this.#knownTexts.has(`${post.id} ${post.text}`);
    const isForbidden = change === 'edit' ? earlier.has('resend') || isRenamed : isEdited && !isSeen;
    if (isForbidden) return;
    const changed = this.#changed(post, index, change);
    if (changed === null) return;
    this.#files[index] = changed;
    this.#changes.set(index, earlier.add(change));
  }

  #changed(post: Post, index: number, change: FileChange): Post | null {
    if (change === 'edit') return { ...post, text: `${post.text}, edited` };
    if (change === 'resend') return { ...post, resend: 1 };
    if (change === 'rename') {
      const file = `posts/${index}-${this.#processes}-${this.#services.nowMs}.md`;
      return { ...post, file, id: file };
    }
    const isOfPost = ({ kind, claim }: Arrival) => kind === 'post' && postOf(claim?.id ?? '') === index;
    const urn = this.#services.arrivals.find((arrival) => isOfPost(arrival) && arrival.urn !== null)?.urn;
    return urn == null ? null : { ...post, urn };
  }
}
