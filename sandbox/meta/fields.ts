import { GraphError } from './errors.ts'
import { isObject } from './parameters.ts'

/** A field that was asked for, with those asked for inside it: `business{id,name}`. */
interface AskedField {
  readonly name: string
  readonly inside: string | undefined
}

/** How a kind of node says its fields: by name, computed only when asked for; undefined is left out. */
export type FieldTable<Node> = Readonly<Record<string, (node: Node) => unknown>>

/** Splits `a,b{c,d},e` at the commas outside braces. */
function parseFields(text: string): readonly AskedField[] {
  const asked = text.matchAll(
    /(?<name>[\w.:]+)(?:\.[a-z]+\([^)]*\))*(?:\{(?<inside>(?:[^{}]|\{[^{}]*\})*)\})?/g,
  )
  return [...asked].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    inside: groups?.['inside'],
  }))
}

function narrowed(value: unknown, inside: string | undefined): unknown {
  if (inside === undefined || !isObject(value)) return value
  const names = new Set(parseFields(inside).map(({ name }) => name))
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.has(name)))
}

/** The fields of a node that `fields` asks for; `id` is always among them, and alone when nothing is asked for. */
export function readFields<Node>(
  node: Node,
  table: FieldTable<Node>,
  {
    fields,
    kind,
    byDefault = ['id'],
  }: {
    readonly fields: string | undefined
    readonly kind: string
    readonly byDefault?: readonly string[]
  },
): Record<string, unknown> {
  const asked =
    fields === undefined || fields === ''
      ? byDefault.map((name) => ({ name, inside: undefined }))
      : parseFields(fields)
  const answer: Record<string, unknown> = {}
  for (const { name, inside } of asked) {
    if (!Object.hasOwn(table, name))
      throw new GraphError('unknownField', { field: name, node: kind })
    const value = narrowed(table[name]?.(node), inside)
    if (value !== undefined) answer[name] = value
  }
  if (!Object.hasOwn(answer, 'id') && Object.hasOwn(table, 'id')) answer['id'] = table['id']?.(node)
  return answer
}
