import { Document, isMap, isPair, isScalar, visit, type Node } from 'yaml'
import type { Condition } from '../core/audience/condition.ts'
import { describe } from '../core/audience/describe.ts'
import { writeCondition } from '../core/audience/write-condition.ts'
import { visible } from '../core/control-signs.ts'

const WIDTH = 100

/** An audience to be put into a definition file. */
export interface WrittenAudience {
  readonly key: string
  readonly name: string
  readonly model: string
  readonly where: Condition
}

/** Keys whose values are written one below the other; every other condition stands on one line, if it fits. */
const TALL: ReadonlySet<unknown> = new Set(['all', 'any', 'not', 'sequence'])

/** An audience as it stands under `audiences:`, with its sentence before it; ends with a line break. */
export function audienceYaml({ key, name, model, where }: WrittenAudience): string {
  const written = new Document({ [key]: { name, model, where: writeCondition(where) } })
  visit(written, {
    Pair: (_, pair) => {
      if (isScalar(pair.key) && pair.key.value === 'where' && isNode(pair.value)) layOut(pair.value)
    },
  })
  const sentence = wrapped(visible(describe(where))).map((line) => `# ${line}\n`)
  return `${sentence.join('')}${written.toString({ lineWidth: WIDTH })}`
}

const isNode = (value: unknown): value is Node => isMap(value)

function layOut(node: Node): void {
  visit(node, {
    Map: (_, map) => {
      const isTall = map.items.some(
        (pair) => isPair(pair) && isScalar(pair.key) && TALL.has(pair.key.value),
      )
      if (isTall) return undefined
      map.flow = true
      return visit.SKIP
    },
  })
}

/** A text in lines of about a hundred letters. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length > WIDTH - 4) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
