import type { Written } from '../../core/audience/written.ts'
import { check, loses, writes, type Reading } from '../reading.ts'
import { durationOf } from './call.ts'
import type { Call } from './expression.ts'

const SOURCES =
  'Segment names sources by their id; here they are what the column "source_column" of the events holds.'

/** The filters of an event that say when and from where. */
export function windowsOf(filters: readonly Call[]): Reading {
  let written: Written = {}
  const remarks = []
  for (const { name, values } of filters) {
    const [first, second] = values
    const near = durationOf(first)
    const far = durationOf(second)
    if (name === 'within' && near !== undefined && values.length === 1 && !('within' in written))
      written = { ...written, within: near.duration }
    else if (name === 'between' && near && far && !('ago' in written))
      written = { ...written, ago: [near.duration, far.duration] }
    else if (name === 'sources' && first?.kind === 'excluded' && !('sources' in written)) {
      written = { ...written, sources: { exclude: first.names } }
      remarks.push(check(SOURCES))
    } else return loses(`"${name}" cannot be carried over as it stands here.`)
  }
  return writes(written, ...remarks)
}
