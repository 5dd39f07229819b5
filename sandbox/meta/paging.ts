import { GraphError } from './errors.ts'
import { textOf, type Parameters } from './parameters.ts'

const LIMIT_DEFAULT = 25
/** More than this in one page is too much data. */
const LIMIT_MAX = 5000

const cursorOf = (id: string): string => Buffer.from(`AQHR${id}`).toString('base64url')
const idOf = (cursor: string): string => Buffer.from(cursor, 'base64url').toString().slice(4)

export interface Page<Node> {
  readonly nodes: readonly Node[]
  /** What goes into the answer beside `data`; nothing for an empty page. */
  readonly paging?: Readonly<Record<string, unknown>>
}

/** Where a page was asked for: `url` without its query, and the parameters of the request with the token. */
export interface PageRequest {
  readonly url: string
  readonly parameters: Parameters
  readonly token: string
}

function link(
  { url, parameters, token }: PageRequest,
  cursor: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({ access_token: token })
  for (const name of Object.keys(parameters)) {
    const value = textOf(parameters, name)
    const carried = name !== 'access_token' && name !== 'after' && name !== 'before'
    if (carried && value !== undefined) query.set(name, value)
  }
  for (const [name, value] of Object.entries(cursor)) query.set(name, value)
  return `${url}?${query.toString()}`
}

function limitOf(parameters: Parameters): number {
  const asked = Number(textOf(parameters, 'limit') ?? LIMIT_DEFAULT)
  if (!Number.isInteger(asked) || asked < 1) {
    throw new GraphError('invalidParameter', { reason: 'Param limit must be a positive integer' })
  }
  if (asked > LIMIT_MAX) throw new GraphError('tooMuchData')
  return asked
}

/** Where the page begins and ends among the nodes; a cursor whose node is gone is invalid. */
function rangeOf(ids: readonly string[], parameters: Parameters): readonly [number, number] {
  const limit = limitOf(parameters)
  const indexOf = (cursor: string): number => {
    const index = ids.indexOf(idOf(cursor))
    if (index < 0) throw new GraphError('invalidParameter', { reason: 'Invalid cursors values' })
    return index
  }
  const after = textOf(parameters, 'after')
  const before = textOf(parameters, 'before')
  if (after !== undefined && after !== '') {
    const start = indexOf(after) + 1
    return [start, start + limit]
  }
  if (before !== undefined && before !== '') {
    const end = indexOf(before)
    return [Math.max(0, end - limit), end]
  }
  return [0, limit]
}

/** Cuts a page out of a list: cursors at both ends, and full addresses of the neighbours where there are any. */
export function pageOf<Node extends { readonly id: string }>(
  all: readonly Node[],
  request: PageRequest,
): Page<Node> {
  const [start, end] = rangeOf(
    all.map(({ id }) => id),
    request.parameters,
  )
  const nodes = all.slice(start, end)
  const first = nodes.at(0)
  const last = nodes.at(-1)
  if (first === undefined || last === undefined) return { nodes }
  const before = cursorOf(first.id)
  const after = cursorOf(last.id)
  return {
    nodes,
    paging: {
      cursors: { before, after },
      ...(end < all.length ? { next: link(request, { after }) } : {}),
      ...(start > 0 ? { previous: link(request, { before }) } : {}),
    },
  }
}
