// Mutants that change one operator or constant, found in the syntax tree of a file. Pure.

import { stripTypeScriptTypes } from 'node:module';
import { type Node, parse } from 'acorn';

/** A place in a source, and what stands there instead. */
export interface OperatorMutant {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly text: string;
  readonly replacement: string;
}

const OPPOSITES: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '??': '&&',
};

const OPTIONS = { ecmaVersion: 'latest', sourceType: 'module' } as const;

interface SyntaxNode extends Node {
  readonly operator?: string;
  readonly left?: Node;
  readonly right?: Node;
  readonly value?: unknown;
}

/** Comparisons, logical operators and whole numbers. Leaves out a change that is not valid code. */
export function operatorMutantsOf(source: string): OperatorMutant[] {
  // Types become blanks, so that each position is also that of the source.
  const code = stripTypeScriptTypes(source);
  const mutants: OperatorMutant[] = [];
  visit(parse(code, OPTIONS), (node) => {
    mutants.push(...operatorMutants(node, code), ...numberMutants(node, code));
  });
  const inSource = mutants.map((mutant) => ({ ...mutant, line: lineAt(source, mutant.start) }));
  return inSource.filter((mutant) => {
    const isThere = source.slice(mutant.start, mutant.end) === mutant.text;
    return isThere && isValid(applyOperator(mutant, code));
  });
}

export function applyOperator({ start, end, replacement }: OperatorMutant, source: string): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

function operatorMutants({ operator, left, right }: SyntaxNode, code: string): OperatorMutant[] {
  const replacement = OPPOSITES[operator ?? ''];
  if (operator === undefined || replacement === undefined) return [];
  if (left === undefined || right === undefined) return [];
  const start = code.indexOf(operator, left.end);
  return [{ start, end: start + operator.length, line: 0, text: operator, replacement }];
}

function numberMutants(node: SyntaxNode, code: string): OperatorMutant[] {
  const { type, start, end, value } = node;
  if (type !== 'Literal' || typeof value !== 'number' || !Number.isSafeInteger(value)) return [];
  return [value + 1, value - 1].map((other) => ({
    start,
    end,
    line: 0,
    text: code.slice(start, end),
    replacement: other < 0 ? `(${other})` : String(other),
  }));
}

function visit(node: SyntaxNode, use: (node: SyntaxNode) => void): void {
  use(node);
  for (const child of Object.values(node).flat()) {
    if (child !== null && typeof child === 'object' && 'type' in child) visit(child, use);
  }
}

function lineAt(source: string, position: number): number {
  return source.slice(0, position).split('\n').length;
}

function isValid(code: string): boolean {
  try {
    parse(code, OPTIONS);
    return true;
  } catch {
    return false;
  }
}
