// Parses a built file, so that comments are ignored: finds code that could run text as code or start another program,
// the hosts it names, and the files it loads.

import { isBuiltin } from 'node:module';
import {
  type AnyNode,
  type Literal,
  type MemberExpression,
  type Node,
  parse,
  type TemplateElement,
} from 'acorn';

/** Built-in modules that run other programs, other threads or text as code, or read a database. */
const STRONG =
  /^(?:node:)?(child_process|cluster|inspector|module|repl|sqlite|vm|wasi|worker_threads)(?:\/|$)/;
const GLOBALS = ['eval', 'Function', 'require', 'WebAssembly'];
const OF_PROCESS = /^(_linkedBinding|binding|dlopen)$/;
/** ncc's name of Node's `createRequire`; the bundle may load only built-in modules with it. */
const CREATE_REQUIRE = '__WEBPACK_EXTERNAL_createRequire';

const HOSTS =
  /(?<=(?:https?|wss?|ftp):\/\/)[\w.-]+(?::\d+)?|\b(?:[\w-]+\.)+(?:com|net|org|io|dev|cloud|app|invalid|local|internal)\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|\blocalhost\b/gi;

interface Place {
  readonly node: AnyNode;
  readonly parent: AnyNode;
  /** The field of the parent that holds the node. */
  readonly field: string;
}

export interface Findings {
  /** `eval`, `Function`, `child_process`, `import(…)`, … and how often each is named. */
  readonly powers: Readonly<Record<string, number>>;
  /** Sorted and unique, from strings, templates and regular expressions. */
  readonly hosts: readonly string[];
  /** The files that it loads by a literal name, such as `./send.js`: sorted. */
  readonly files: readonly string[];
}

/** Throws when `source` is not a valid module. */
export function findPowers(source: string): Findings {
  const powers: Record<string, number> = {};
  const hosts = new Set<string>();
  const files: string[] = [];
  for (const place of placesIn(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }))) {
    const file = fileOf(place.node);
    const power = file === null ? powerOf(place) : null;
    if (file !== null) files.push(file);
    if (power !== null) powers[power] = (powers[power] ?? 0) + 1;
    for (const [host] of textOf(place.node).matchAll(HOSTS)) hosts.add(host.toLowerCase());
  }
  return { powers, hosts: [...hosts].sort(), files: files.sort() };
}

function* placesIn(root: AnyNode): Generator<Place> {
  const open: Place[] = [{ node: root, parent: root, field: '' }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    yield place;
    const parent = place.node;
    for (const [field, value] of Object.entries(parent)) {
      for (const node of [value].flat()) if (isNode(node)) open.push({ node, parent, field });
    }
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as Node | null)?.type === 'string';
}

function powerOf({ node, parent, field }: Place): string | null {
  switch (node.type) {
    case 'Identifier':
      return GLOBALS.includes(node.name) && isReference(parent, field) ? node.name : null;
    case 'MemberExpression':
      if (nameOf(node) === 'execve') return 'execve';
      return isProcess(node) ? `process.${nameOf(node)}` : null;
    case 'ImportExpression':
      return moduleNamed(node.source, 'import(…)');
    case 'ImportDeclaration':
      return moduleNamed(node.source, 'import …');
    case 'CallExpression':
      return isRequire(node.callee) ? moduleNamed(node.arguments[0], 'require(…)') : null;
    default:
      return null;
  }
}

/** The literal path of a file that an import loads, else null. */
function fileOf(node: AnyNode): string | null {
  const loads = node.type === 'ImportExpression' || node.type === 'ImportDeclaration';
  const name = loads && node.source.type === 'Literal' ? String(node.source.value) : '';
  return /^\.{0,2}\/|^file:/.test(name) ? name : null;
}

/** The name of a built-in module in `STRONG`, null for another built-in one, and `otherwise` for any other module. */
function moduleNamed(node: AnyNode | undefined, otherwise: string): string | null {
  const name = node?.type === 'Literal' ? String(node.value) : '';
  if (!isBuiltin(name)) return otherwise;
  return STRONG.exec(name)?.[1] ?? null;
}

/** `createRequire(import.meta.url)`, which is called with the name of a module. */
function isRequire(callee: AnyNode): boolean {
  return callee.type === 'CallExpression' && (callee.callee as { name?: string }).name === CREATE_REQUIRE;
}

/** False for the name of a property, as in `something.eval` or `{ eval: 1 }`, and for `instanceof`. */
function isReference(parent: AnyNode, field: string): boolean {
  if (parent.type === 'MemberExpression') return field === 'object' || parent.computed;
  if (parent.type === 'BinaryExpression') return parent.operator !== 'instanceof';
  return field !== 'key' || !('computed' in parent) || parent.computed;
}

function isProcess(node: MemberExpression): boolean {
  return (node.object as { name?: string }).name === 'process' && OF_PROCESS.test(nameOf(node));
}

function nameOf({ property }: MemberExpression): string {
  const { name, value } = property as { name?: string; value?: unknown };
  return name ?? String(value);
}

function textOf(node: AnyNode): string {
  if (node.type === 'TemplateElement') return (node as TemplateElement).value.raw;
  if (node.type !== 'Literal') return '';
  const { value, regex } = node as Literal;
  return regex ? regex.pattern.replaceAll('\\', '') : typeof value === 'string' ? value : '';
}
