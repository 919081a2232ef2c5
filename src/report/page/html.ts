// Texts, errors and warnings in HTML: no text becomes markup.

/** Our own text, with code in backticks. */
export function renderHint(hint: string): string {
  const pieces = hint.split('`').map(escapeHtml);
  return pieces.map((piece, index) => (index % 2 === 1 ? `<code>${piece}</code>` : piece)).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Besides markup: controls, and invisible characters that reorder or hide text.
const UNSAFE = /[&<>"']|[\p{Cc}\p{Cs}\u2028\u2029]|(?!\ufe0f|\u200d)\p{Default_Ignorable_Code_Point}/gu;

/** `text` as data in HTML, also in a quoted attribute. Invisible characters become visible. */
export function escapeHtml(text: string): string {
  return text.replace(UNSAFE, (found) => {
    const code = (found.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return ENTITIES[found] ?? (found === '\n' ? '\n' : `\\u${code}`);
  });
}

export function warningParagraph(warning: string): string {
  return `<p class="warning">⚠ ${renderHint(warning)}</p>`;
}

/** One line, until a reader wants the hint. */
export function foldedError({ message, hint }: { readonly message: string; readonly hint: string }): string {
  return `<details class="error"><summary><b>${renderHint(message)}</b></summary>${renderHint(hint)}</details>`;
}
