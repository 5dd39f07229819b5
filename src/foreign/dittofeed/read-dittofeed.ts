import { z } from 'zod'
import { pathText, type Path } from '../../core/audience/mistake.ts'
import { isWritten, type Written } from '../../core/audience/written.ts'
import { DEPTH_MAX, TOO_DEEP, type Carried } from '../carried.ts'
import { unreadable, type ForeignReading } from '../foreign-reading.ts'
import { loses, type Reading } from '../reading.ts'
import { excerpt } from '../shape.ts'
import { nodeOf } from './node.ts'

const NODE = z.looseObject({ type: z.string(), id: z.string().optional() })

const DEFINITION = z.looseObject({ entryNode: NODE, nodes: z.array(z.unknown()).optional() })

const SEGMENT = z.looseObject({ name: z.string().nullish(), definition: DEFINITION })

/** True for a segment of Dittofeed, or its definition. */
export const isDittofeedSegment = (value: unknown): boolean =>
  isWritten(value) &&
  (isWritten(value['entryNode']) ||
    (isWritten(value['definition']) && isWritten(value['definition']['entryNode'])))

interface Placed {
  readonly node: Written
  readonly path: Path
}

/** What is known while a segment is followed from node to node. */
interface Walk {
  readonly nodes: ReadonlyMap<unknown, Placed>
  /** The name of the segment, by which it draws people. */
  readonly salt: string
  /** A node may stand in several groups, so that a short file could be an endless tree. */
  left: number
}

const NODES_MAX = 5000

/** Reads a segment as Dittofeed's API has it, or its definition alone. */
export function readDittofeed(value: unknown): ForeignReading {
  const segment = SEGMENT.safeParse(value)
  const definition = segment.success ? segment.data.definition : DEFINITION.safeParse(value).data
  if (definition === undefined)
    return unreadable('', 'It is no segment of Dittofeed: there is no "entryNode" in it.')
  const name = segment.data?.name ?? null
  const path: Path = segment.success ? ['definition'] : []
  const nodes = new Map<unknown, Placed>(
    (definition.nodes ?? []).flatMap((node, index) =>
      isWritten(node) ? [[node['id'], { node, path: [...path, 'nodes', index] }] as const] : [],
    ),
  )
  const entry = { node: definition.entryNode, path: [...path, 'entryNode'] }
  const walk = { nodes, salt: name ?? 'imported', left: NODES_MAX }
  return { kind: 'read', name, tree: carryNode(entry, walk, []) }
}

/** @param above the ids of the nodes around this one, so that a circle ends */
function carryNode({ node, path }: Placed, walk: Walk, above: readonly unknown[]): Carried {
  const leaf = (reading: Reading): Carried => ({
    kind: 'leaf',
    place: pathText(path),
    source: excerpt(node),
    reading,
  })
  const { type, children } = node
  if (type !== 'And' && type !== 'Or') return leaf(nodeOf(node, type, walk.salt))
  if (!Array.isArray(children) || children.length === 0)
    return leaf(loses('The group has no conditions.'))
  if (above.includes(node['id'])) return leaf(loses('The group is a part of itself.'))
  walk.left -= children.length
  if (walk.left < 0) return leaf(loses(`There are more than ${NODES_MAX} conditions.`))
  if (above.length >= DEPTH_MAX) return leaf(loses(TOO_DEEP))
  const unknown = Object.keys(node).find((key) => !['type', 'id', 'children'].includes(key))
  if (unknown !== undefined) return leaf(loses(`It has "${unknown}", which is not known here.`))
  return {
    kind: type === 'And' ? 'all' : 'any',
    of: children.map((child: unknown, index): Carried => {
      const found = walk.nodes.get(child)
      if (found !== undefined) return carryNode(found, walk, [...above, node['id']])
      const place = pathText([...path, 'children', index])
      const reading = loses('There is no node with this id.')
      return { kind: 'leaf', place, source: excerpt(child), reading }
    }),
  }
}
