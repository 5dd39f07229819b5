import type { ResolvedAudience } from '../../core/audience/audience.ts'
import { eventsIn } from '../../core/audience/event/check-events.ts'
import { describe } from '../../core/audience/describe.ts'
import type { Path } from '../../core/audience/mistake.ts'
import { withNamed } from '../../core/audience/named-audiences.ts'
import { walkCondition } from '../../core/audience/walk-condition.ts'
import { compileEvents } from './event-condition.ts'
import type { Dialect } from '../dialect.ts'
import { openScope } from '../open-scope.ts'
import { Parameters, type EvaluationContext } from '../scope.ts'

/** How far back one condition reads events. */
export interface EventReach {
  /** Of the audience itself, or of one that it excludes or asks about. */
  readonly audience: string
  readonly path: Path
  readonly sentence: string
  /** In milliseconds since the epoch; null: from the first event ever. */
  readonly from: number | null
}

/** How far back each condition over events reads, of an audience and of all that it names. */
export function eventReaches(
  audience: ResolvedAudience,
  dialect: Dialect,
  { now, timeZone }: Pick<EvaluationContext, 'now' | 'timeZone'>,
): readonly EventReach[] {
  return withNamed(audience).flatMap(({ key, where, model }) =>
    [...walkCondition(where, ['where'])].flatMap(({ condition, path }): EventReach[] => {
      const over = eventsIn(condition)
      if (over === undefined) return []
      // What it reads is known once it is compiled; the text is not needed.
      const scope = openScope(dialect, model, { now, timeZone }, new Parameters())
      compileEvents(over, scope)
      const { from } = scope.facts.coverage
      return [{ audience: key, path, sentence: describe(condition), from }]
    }),
  )
}
