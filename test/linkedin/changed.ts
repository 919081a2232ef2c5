// Replies that differ from LinkedIn's in one place.

/** A copy of a JSON value without the field at `path`, or with `value` there. */
export function changed(
  json: unknown,
  path: readonly (string | number)[],
  value?: unknown,
): unknown {
  const copy: unknown = structuredClone(json);
  let holder = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}
