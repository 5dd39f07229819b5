import type { ResolvedAudience } from '../core/audience/audience.ts'
import type { Condition } from '../core/audience/condition.ts'
import { describe } from '../core/audience/describe.ts'
import type { Path } from '../core/audience/mistake.ts'
import { withNamed } from '../core/audience/named-audiences.ts'
import { walkCondition } from '../core/audience/walk-condition.ts'
import { assertNever } from '../core/exhaustive.ts'
import { PEOPLE_SOURCE } from './people-model.ts'

/** What makes an audience one that only a look at everybody can bring up to date. */
export interface FullPassReason {
  readonly kind: 'model' | Extract<Condition['kind'], 'top' | 'sql' | 'related' | 'account'>
  /** The audience itself, or one that it excludes or asks about. */
  readonly audience: string
  /** Where it stands in that audience. */
  readonly path: Path
  /** In plain words, without a full stop: the condition, and why it needs everybody. */
  readonly condition: string
  readonly why: string
}

/**
 * What of an audience keeps it from following its events: with none of these, who belongs changes by nothing but what comes in
 * about the person, and by time.
 */
export function fullPassReasons(audience: ResolvedAudience): readonly FullPassReason[] {
  return withNamed(audience).flatMap((one): FullPassReason[] => {
    if (one.model.source !== PEOPLE_SOURCE) return [modelReason(one)]
    return [...walkCondition(one.where, ['where'])].flatMap(({ condition, path }) => {
      const reason = reasonOf(condition)
      if (reason === null) return []
      return [{ ...reason, audience: one.key, path, condition: describe(condition) }]
    })
  })
}

const modelReason = ({ key, model }: ResolvedAudience): FullPassReason => ({
  kind: 'model',
  audience: key,
  path: ['model'],
  condition: `the model ${model.name}`,
  why: 'a source does not say whose rows changed',
})

function reasonOf(condition: Condition): Pick<FullPassReason, 'kind' | 'why'> | null {
  switch (condition.kind) {
    // The condition is asked of one person at a time, by what is known of that person.
    case 'everyone':
    case 'trait':
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
    case 'has':
    case 'sample':
    case 'list':
    case 'consent':
    case 'held_for':
    case 'ever':
      return null
    // Those below it, or the audience that it names, are looked at by themselves.
    case 'all':
    case 'any':
    case 'not':
    case 'member_of':
      return null
    case 'top':
      return { kind: 'top', why: 'each person’s place depends on everybody else' }
    case 'sql':
      return { kind: 'sql', why: 'SQL may look at anybody' }
    case 'related':
      return { kind: 'related', why: 'a source does not say whose related rows changed' }
    case 'account':
      return { kind: 'account', why: 'others of the account decide it too' }
    default:
      return assertNever(condition)
  }
}
