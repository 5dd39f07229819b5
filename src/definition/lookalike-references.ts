import type { Path, Report } from '../core/audience/mistake.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { lookalikeLabel, lookalikeText } from '../core/lookalike.ts'
import { lookalikeSchema, percentOf, resolveLookalike } from './lookalike.ts'
import { fail, meansIn } from './relation-references.ts'

/** Reports lookalikes that Meta would not make, and two that would be the same. */
export function checkLookalikes(sync: Written, path: Path, report: Report): void {
  const entries = sync['lookalikes']
  if (!Array.isArray(entries)) return
  const seen = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    if (!isWritten(entry)) continue
    const at = [...path, 'lookalikes', index]
    const before = seen.size
    const isWhole = checkPlaces(entry, at, report) && checkSize(entry, sync, at, report)
    const read = lookalikeSchema.safeParse(entry)
    if (!isWhole || !read.success) continue
    const lookalike = resolveLookalike(read.data)
    seen.add(lookalikeText(lookalike))
    if (seen.size > before) continue
    const message = `The lookalike (${lookalikeLabel(lookalike)}) stands here twice`
    fail(report, at, message, 'each lookalike once', 'Remove one of them')
  }
}

function checkPlaces(entry: Written, at: Path, report: Report): boolean {
  const has = meansIn(entry, Object.keys(lookalikeSchema.shape))
  if (has('country') || has('country_group')) return true
  const message = 'The lookalike does not say where its people are to be'
  fail(report, at, message, '"country" or "country_group"', 'Add country: DE')
  return false
}

function checkSize(entry: Written, sync: Written, at: Path, report: Report): boolean {
  const has = meansIn(entry, Object.keys(lookalikeSchema.shape))
  const sizes = ['ratio', 'to', 'type'].filter(has)
  const expected = 'one of "ratio", "from" with "to", or "type"'
  const wrong = (message: string, remedy: string): false => {
    fail(report, at, message, expected, remedy)
    return false
  }
  if (sizes.length === 0 && !has('from'))
    return wrong('The lookalike does not say how large it is to be', 'Add ratio: 1%')
  if (sizes.length > 1)
    return wrong(`The lookalike has ${sizes.join(' and ')}`, 'Remove all but one of them')
  if (has('from') !== has('to'))
    return wrong(
      '"from" and "to" go together',
      'Write from: 1%, to: 3%; or ratio: 3% for all of them',
    )
  const [from, to] = [percentOf(entry['from']), percentOf(entry['to'])]
  if (from !== undefined && to !== undefined && from >= to)
    return wrong(`"from" is ${from}%, and "to" ${to}%`, 'Write the smaller one as "from"')
  const isValueBased = sync['value'] !== undefined
  if (isValueBased && has('type'))
    return wrong(
      'Meta makes lookalikes of a value-based audience by their share alone',
      `Write ratio: ${entry['type'] === 'reach' ? 5 : 1}% in place of "type"`,
    )
  return true
}
