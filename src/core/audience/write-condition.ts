import { assertNever } from '../exhaustive.ts'
import type { Condition } from './condition.ts'
import { writeComparison, writeEventCondition } from './event/write-event.ts'
import { writePast } from './past/write-past.ts'
import { writeRelated } from './related/write-related.ts'
import { writeTop } from './top/write-top.ts'

/** A tree as it is written in a file: what `parseCondition` reads back as the same tree. */
export function writeCondition(condition: Condition): Readonly<Record<string, unknown>> {
  switch (condition.kind) {
    case 'everyone':
      return { everyone: true }
    case 'all':
    case 'any':
      return { [condition.kind]: condition.of.map(writeCondition) }
    case 'not':
      return { not: writeCondition(condition.of) }
    case 'trait':
      return { trait: condition.trait, ...writeComparison(condition) }
    case 'held_for':
    case 'ever':
      return writePast(condition)
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      return writeEventCondition(condition)
    case 'has':
      return { has: condition.identifier }
    case 'sample':
      return { sample: { salt: condition.salt, from: condition.from, to: condition.to } }
    case 'list':
      return { list: condition.path }
    case 'sql':
      return { sql: condition.sql }
    case 'member_of':
      return { member_of: condition.audience }
    case 'top':
      return writeTop(condition, writeCondition)
    case 'account':
      return { account: writeCondition(condition.of), users: condition.users }
    case 'related':
      return writeRelated(condition)
    case 'consent':
      return { consent: condition.purpose }
    default:
      return assertNever(condition)
  }
}
