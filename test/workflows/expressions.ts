// `${{ … }}` as GitHub evaluates it: its own parser and evaluator over the contexts of a run.

import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** The contexts by name (`github`, `steps`, …), as plain values. */
export type Contexts = Readonly<Record<string, unknown>>;

/** The status of the job, for `success()` and similar functions. */
export type Status = 'success' | 'failure';

type Value = data.ExpressionData;
type Definition = ConstructorParameters<typeof Evaluator>[2] extends Map<string, infer D> | undefined
  ? D
  : never;

const STATUS_FUNCTIONS = ['success', 'failure', 'always', 'cancelled'];

/** Text with each `${{ … }}` replaced by its value. */
export function interpolate(text: string, contexts: Contexts, status: Status = 'success'): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts, status).coerceString(),
  );
}

/** Whether an `if:` holds. Without a status function it also requires success. */
export function holds(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const [, braced] = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition ?? '') ?? [];
  const expression = braced ?? condition ?? 'success()';
  const asksStatus = STATUS_FUNCTIONS.some((name) => new RegExp(`\\b${name}\\s*\\(`).test(expression));
  const value = evaluate(asksStatus ? expression : `success() && (${expression})`, contexts, status);
  return !['', 'false', '0', 'null'].includes(value.coerceString());
}

function evaluate(expression: string, contexts: Contexts, status: Status): Value {
  const functions = new Map(definitions(status).map((one) => [one.name, one]));
  const { tokens } = new Lexer(expression.trim()).lex();
  const tree = new Parser(tokens, Object.keys(contexts), [...functions.values()]).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, known, functions).evaluate();
}

function definitions(status: Status): Definition[] {
  const values = {
    success: status === 'success',
    failure: status === 'failure',
    always: true,
    cancelled: false,
  };
  return Object.entries(values).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
}
