// The fields `{{tag}}`, `{{name}}` and `{{url}}` of a post, filled in from the release. Pure.

/** The fields of a release that a post may use. */
export interface ReleaseFields {
  readonly tag: string;
  readonly name: string;
  /** The page of the release. */
  readonly url: string;
}

const FIELD = /\{\{(tag|name|url)\}\}/g;

/** Text that looks like a field and is not one. `${{ … }}` is an expression of a workflow. */
const MALFORMED_FIELD = /(?<!\$)\{\{\s*(?:tag|name|url)\s*\}\}/gi;

export function fillFields(text: string, fields: ReleaseFields): string {
  return text.replace(FIELD, (_, name: keyof ReleaseFields) => fields[name]);
}

export interface FoundField {
  /** As written, with its braces. */
  readonly text: string;
  readonly index: number;
}

export function findFields(text: string): FoundField[] {
  return [...text.matchAll(FIELD)].map(({ 0: found, index }) => ({ text: found, index }));
}

/** `{{ tag }}` and `{{Tag}}`, which are posted as they read. */
export function findMalformedFields(text: string): FoundField[] {
  const fields = new Set(findFields(text).map(({ index }) => index));
  return [...text.matchAll(MALFORMED_FIELD)]
    .filter(({ index }) => !fields.has(index))
    .map(({ 0: found, index }) => ({ text: found, index }));
}

/** For each field that is not filled in because of how it is written: what happens to it. */
export function describeMalformedField({ text }: FoundField): string {
  return `${text} is posted as it reads: the fields are {{tag}}, {{name}} and {{url}}, without blanks`;
}

/** Lets the other rules be checked when there is no release. */
export const PLACEHOLDER_RELEASE: ReleaseFields = { tag: 'v1', name: 'v1', url: 'https://github.com/' };
