// The text of a post: its fields filled in, and what LinkedIn does not take. Pure.

import { formatNumber } from '../../format.ts';
import { findMarkdown } from '../text/markdown-marks.ts';
import { findMalformedMentions, MAX_TEXT_CHARS, toLittleText } from '../text/text.ts';
import {
  describeMalformedField,
  fillFields,
  findFields,
  findMalformedFields,
  PLACEHOLDER_RELEASE,
  type ReleaseFields,
} from './fields.ts';
import type { PostWarning } from './post-error.ts';

interface PostText {
  /** Without blank lines around it, with its fields filled in. */
  readonly value: string;
  readonly issues: readonly TextNote[];
  readonly warnings: readonly TextNote[];
}

interface TextNote extends PostWarning {
  readonly line: number;
}

/** `first` is the index of the line below the front matter. */
export function readText(lines: readonly string[], first: number, release: ReleaseFields | null): PostText {
  const written = lines.slice(first).join('\n');
  const text = written.trim();
  // Without any text, the error is at the end of the front matter.
  const line = text === '' ? first : first + 1 + lineBreaksIn(written.slice(0, written.search(/\S/)));
  const lineAt = ({ index }: { readonly index: number }) => line + lineBreaksIn(text.slice(0, index));
  const fields = release === null ? findFields(text) : [];
  const value = fillFields(text, release ?? PLACEHOLDER_RELEASE);
  const missing = fields.map((field) => ({
    line: lineAt(field),
    text: `the text has ${field.text}, but there is no release`,
  }));
  const malformed = findMalformedFields(text).map((field) => ({
    line: lineAt(field),
    text: describeMalformedField(field),
  }));
  const checked = checkText(value);
  const at = (message: string) => ({ line, text: message });
  // Only of a text that is not too long: the search takes a time that grows with the square of its length.
  const markdown = checked.issues.length > 0 ? [] : findMarkdown(text);
  const marks = markdown.map((found) => ({ line: lineAt(found), text: found.message }));
  return {
    value,
    issues: [...missing, ...checked.issues.map(at)],
    warnings: [...malformed, ...checked.warnings.map(at), ...marks],
  };
}

function lineBreaksIn(text: string): number {
  return text.split('\n').length - 1;
}

/** For a text with its fields filled in. Sentences without their full stop. */
export function checkText(text: string): {
  readonly issues: readonly string[];
  readonly warnings: readonly string[];
} {
  if (!/[^\s\p{Default_Ignorable_Code_Point}]/u.test(text))
    return { issues: ['the post has no text'], warnings: [] };
  const max = formatNumber(MAX_TEXT_CHARS);
  if (text.length > MAX_TEXT_CHARS) {
    const issue = `the text has ${formatNumber(text.length)} characters, but LinkedIn takes at most ${max}`;
    return { issues: [issue], warnings: [] };
  }
  const warnings = findMalformedMentions(text).map(
    (mention) =>
      `${mention} is posted as it reads: a mention is @[Name](urn:li:organization:1) or @[Name](urn:li:person:x)`,
  );
  const sentChars = toLittleText(text).length;
  if (sentChars <= MAX_TEXT_CHARS) return { issues: [], warnings };
  const warning = `the text has ${formatNumber(sentChars)} characters once its reserved characters are escaped; LinkedIn may refuse more than ${max}`;
  return { issues: [], warnings: [...warnings, warning] };
}
