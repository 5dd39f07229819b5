import type { Condition } from '../core/audience/condition.ts'
import type { Operand } from '../core/audience/operand-shape.ts'
import type { Path } from '../core/audience/mistake.ts'
import { parseMoment } from '../core/audience/moment.ts'
import { isEventCondition } from '../core/audience/event/is-event-condition.ts'
import { operandsOf, someEvents } from '../core/audience/event/walk-event.ts'
import { walkCondition } from '../core/audience/walk-condition.ts'
import type { Definition } from './definition.ts'
import { sensitiveWord } from './sensitive-words.ts'

/** Something that is allowed and probably not meant. */
interface WrittenWarning {
  readonly path: Path
  readonly message: string
}

function momentsOf(operand: Operand): readonly string[] {
  if (operand.kind === 'moments') return [operand.from, operand.to]
  return operand.kind === 'moment' && typeof operand.moment === 'string' ? [operand.moment] : []
}

function* timesWithoutZone(operand: Operand, path: Path): Generator<WrittenWarning> {
  for (const text of momentsOf(operand)) {
    const moment = parseMoment(text)
    if (moment?.kind !== 'time' || moment.zoned) continue
    const message = `The time ${text} has no zone and is taken as UTC; write ${text}Z, or an offset such as +02:00`
    yield { path, message }
  }
}

function* timesOf(where: Condition, start: Path): Generator<WrittenWarning> {
  for (const { condition, path } of walkCondition(where, start)) {
    if (condition.kind === 'trait')
      yield* timesWithoutZone(condition.operand, [...path, condition.operator])
    else if (condition.kind === 'held_for' || condition.kind === 'ever') {
      const windows = condition.kind === 'ever' ? condition.windows : []
      for (const { operand } of [...condition.comparisons, ...windows])
        yield* timesWithoutZone(operand, path)
    } else if (isEventCondition(condition))
      for (const operand of operandsOf(condition)) yield* timesWithoutZone(operand, path)
  }
}

function* sensitiveNames(
  texts: readonly (readonly [string, string | null])[],
  path: Path,
): Generator<WrittenWarning> {
  for (const [field, text] of texts) {
    const word = text === null ? undefined : sensitiveWord(text)
    if (word === undefined) continue
    const message = `“${word}” hints at health or financial status: Meta may restrict an audience called so; choose a neutral ${field}`
    yield { path: [...path, field], message }
  }
}

/** Everything in a valid definition that its author should hear about. */
export function* warningsOf(definition: Definition): Generator<WrittenWarning> {
  for (const [name, { measured }] of Object.entries(definition.computedTraits))
    for (const operand of operandsOf(someEvents(measured)))
      yield* timesWithoutZone(operand, ['computed_traits', name])
  for (const { key, name, description, where } of Object.values(definition.audiences)) {
    const path = ['audiences', key]
    yield* timesOf(where, [...path, 'where'])
    yield* sensitiveNames(
      [
        ['name', name],
        ['description', description],
      ],
      path,
    )
  }
  for (const { key, name, description, mapping } of Object.values(definition.syncs)) {
    const path = ['syncs', key]
    yield* sensitiveNames(
      [
        ['name', name],
        ['description', description],
      ],
      path,
    )
    if (mapping.PHONE === undefined || mapping.COUNTRY !== undefined) continue
    if (definition.defaults.phoneCountry !== null) continue
    const message =
      'PHONE is mapped without a country: numbers without a country code are rejected; set "phone_country" under "defaults:", or map COUNTRY'
    yield { path: [...path, 'mapping', 'PHONE'], message }
  }
}
