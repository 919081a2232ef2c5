// Pages of GitHub's lists, with the `Link` header that names the next one. Its path is not that of the request.

export interface PageRequest {
  /** Such as `https://api.github.com/api/v3`. */
  readonly apiUrl: string;
  /** Below the repository, such as `/pulls/1/reviews`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The path of the repository in the links of GitHub. */
export const REPOSITORY_BY_ID = '/repositories/1296269';

export interface Page<T> {
  readonly entries: T[];
  readonly headers: Record<string, string>;
}

/** `sizeLimit`: GitHub may put fewer entries on a page than a request asks for. */
export function pageOf<T>(all: readonly T[], { apiUrl, path, query }: PageRequest, sizeLimit = 100): Page<T> {
  const size = Math.min(sizeLimit, Number(query.get('per_page') ?? 30));
  const number = Number(query.get('page') ?? 1);
  const entries = all.slice((number - 1) * size, number * size);
  if (number * size >= all.length) return { entries, headers: {} };
  const next = new URLSearchParams(query);
  next.set('page', String(number + 1));
  const first = `<${apiUrl}${REPOSITORY_BY_ID}${path}?page=1>; rel="first"`;
  return {
    entries,
    headers: { link: `${first}, <${apiUrl}${REPOSITORY_BY_ID}${path}?${next}>; rel="next"` },
  };
}
