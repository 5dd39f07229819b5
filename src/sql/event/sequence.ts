import { durationMs } from '../../core/audience/duration.ts'
import type { SequenceCondition, SequenceStep } from '../../core/audience/event/event-condition.ts'
import type { Scope } from '../scope.ts'
import { isMeant, isSelected } from './event-selection.ts'
import { commonReach } from './event-window.ts'
import { StepFields, stepReferencesOf, type StepReference } from './step-fields.ts'

/** A step with its number, from 1. */
interface Numbered extends SequenceStep {
  readonly number: number
}

/** How far a sequence came: a list of the events that the last step found, each with what later steps want of the earlier ones. */
interface Reached {
  readonly list: string
  readonly level: number
  readonly carried: readonly StepReference[]
  /** Negated steps that hold until the next event; the first event against each is in the list, as `b` and its number. */
  readonly pending: readonly Numbered[]
}

const after = (one: string, other: string): string =>
  `(${one}.t > ${other}.t or (${one}.t = ${other}.t and ${one}.id > ${other}.id))`

/**
 * Decides a sequence over the ordered list of a person's events that its steps may find, step after step: what is
 * kept is every event by which the step can be reached, so that it does not matter which of them are taken.
 * @returns the column of the facts that tells
 */
export function compileSequence(condition: SequenceCondition, scope: Scope): string {
  return scope.facts.once(JSON.stringify(condition), () => new Sequence(condition, scope).decide())
}

class Sequence {
  readonly #condition: SequenceCondition
  readonly #scope: Scope
  readonly #fields: StepFields
  readonly #steps: readonly Numbered[]
  readonly #compiled: ReadonlyMap<number, string>
  readonly #events: string

  constructor(condition: SequenceCondition, scope: Scope) {
    this.#condition = condition
    this.#scope = scope
    this.#fields = new StepFields(scope)
    this.#steps = condition.steps.map((step, index) => ({ ...step, number: index + 1 }))
    // First, for then it is known which fields the events need.
    this.#compiled = new Map(this.#steps.map((step) => [step.number, this.#compileStep(step)]))
    this.#events = this.#collect()
  }

  decide(): string {
    const { lists } = this.#scope.dialect.events
    let reached = this.#begin()
    let negated: Numbered[] = []
    for (const step of this.#steps.slice(1)) {
      if (step.negated) negated.push(step)
      else {
        reached = this.#advance(this.#judge(reached, negated), step)
        negated = []
      }
    }
    const last = this.#judge(reached, negated)
    const open = last.pending.map(({ number }) => `prior.b${number}.t is null`)
    const kept = open.length === 0 ? last.list : lists.keep(last.list, 'prior', open.join(' and '))
    return this.#scope.facts.derive(last.level + 1, `not ${lists.isEmpty(kept)}`)
  }

  /** The events that any step may find, in their order. */
  #collect(): string {
    const { facts, dialect } = this.#scope
    const { lists } = dialect.events
    const matches = this.#steps.map((step) => this.#isCandidate(step))
    const candidates = matches.map((sql, index) => [`m${index + 1}`, sql] as const)
    const struct = lists.struct([
      ['t', 'event.at'],
      ['id', 'event.id'],
      ...candidates,
      ...this.#fields.fields,
    ])
    const any = matches.map((sql) => `(${sql})`).join(' or ')
    const key = JSON.stringify(this.#condition)
    return `facts.${facts.aggregate(key, () => lists.collect(struct, any))}`
  }

  /** What can be said in the scan of whether an event is of a step. */
  #isCandidate({ events, number }: Numbered): string {
    const { started } = this.#condition
    if (number === 1) return isMeant({ events, windows: started }, this.#scope)
    // Every step is later than the first.
    const { from } = commonReach(started, this.#scope)
    this.#scope.facts.cover({ names: events.names, from, to: null })
    const refers = stepReferencesOf(events.where).length > 0
    return isSelected(refers ? { ...events, where: null } : events, this.#scope)
  }

  /** Whether an event is of a step, where `prior` was found before: the event is `other` where there must be none, `one` elsewhere. */
  #compileStep({ negated, events, number }: Numbered): string {
    const one = negated ? 'other' : 'one'
    const { where } = events
    if (where === null || stepReferencesOf(where).length === 0) return `${one}.m${number}`
    const found = (reference: StepReference): string => `prior.${this.#carriedName(reference)}`
    return `${one}.m${number} and ${this.#fields.condition(where, one, found)}`
  }

  #isStep = ({ number }: Numbered): string => this.#compiled.get(number) ?? 'false'

  #carriedName = ({ step, property }: StepReference): string =>
    `r${step}_${this.#fields.property(property).field}`

  /** What the steps after this one want to know of it and of those before it. */
  #carriedAfter(number: number): readonly StepReference[] {
    const wanted = this.#steps
      .filter((step) => step.number > number)
      .flatMap(({ events }) => stepReferencesOf(events.where))
      .filter(({ step }) => step <= number)
    const byName = new Map(wanted.map((reference) => [this.#carriedName(reference), reference]))
    return [...byName.values()]
  }

  #struct(one: string, number: number, carried: readonly StepReference[]): string {
    return this.#scope.dialect.events.lists.struct([
      ['t', `${one}.t`],
      ['id', `${one}.id`],
      ...carried.map((reference) => {
        const name = this.#carriedName(reference)
        const own = `${one}.${this.#fields.property(reference.property).field}`
        return [name, reference.step === number ? own : `prior.${name}`] as const
      }),
    ])
  }

  #begin(): Reached {
    const { dialect, facts } = this.#scope
    const { lists } = dialect.events
    const { anchor } = this.#condition
    const starts = `facts.${facts.derive(1, lists.keep(this.#events, 'one', 'one.m1'))}`
    const carried = this.#carriedAfter(1)
    const chosen =
      anchor === 'any' ? starts : lists.keep(starts, 'one', this.#isAnchor(starts, anchor))
    const sql = lists.change(chosen, 'one', this.#struct('one', 1, carried))
    return { list: `facts.${facts.derive(2, sql)}`, level: 2, carried, pending: [] }
  }

  /** Starts that nothing tells apart in time are taken together, so that no engine has to choose. */
  #isAnchor(starts: string, anchor: 'first' | 'last'): string {
    const end = this.#scope.dialect.events.lists.end(starts, anchor)
    return `not ${anchor === 'first' ? after('one', end) : after(end, 'one')}`
  }

  /** Leaves out whom a negated step speaks against already, and notes the first event against each of the others. */
  #judge(reached: Reached, negated: readonly Numbered[]): Reached {
    if (negated.length === 0) return reached
    const { dialect, facts, bind, now } = this.#scope
    const { lists } = dialect.events
    const against = (step: Numbered, until: string): string =>
      lists.keep(
        this.#events,
        'other',
        `${this.#isStep(step)} and ${after('other', 'prior')}${until}`,
      )
    const timed = negated.filter(({ within }) => within !== null)
    const holds = timed.map((step) => {
      const end = `prior.t + ${bind(durationMs(step.within ?? '') ?? 0, 'integer')}`
      const none = lists.isEmpty(against(step, ` and other.t <= ${end}`))
      return `${end} <= ${bind(now, 'integer')} and ${none}`
    })
    const kept =
      holds.length === 0 ? reached.list : lists.keep(reached.list, 'prior', holds.join(' and '))
    const pending = negated.filter(({ within }) => within === null)
    const fields = ['t', 'id', ...reached.carried.map(this.#carriedName)]
    const noted = lists.struct([
      ...fields.map((name) => [name, `prior.${name}`] as const),
      ...pending.map((step) => [`b${step.number}`, lists.end(against(step, ''), 'first')] as const),
    ])
    const sql = pending.length === 0 ? kept : lists.change(kept, 'prior', noted)
    const level = reached.level + 1
    return { ...reached, list: `facts.${facts.derive(level, sql)}`, level, pending }
  }

  /** The events of the next step, from every one that was reached. */
  #advance(reached: Reached, step: Numbered): Reached {
    const { dialect, facts, bind } = this.#scope
    const { lists } = dialect.events
    const follows = [
      after('one', 'prior'),
      this.#isStep(step),
      ...(step.within === null
        ? []
        : [`one.t <= prior.t + ${bind(durationMs(step.within) ?? 0, 'integer')}`]),
      ...reached.pending.map(
        ({ number }) => `not coalesce(${after('one', `prior.b${number}`)}, false)`,
      ),
    ].join(' and ')
    const carried = this.#carriedAfter(step.number)
    const made = this.#struct('one', step.number, carried)
    const priors = lists.keep(reached.list, 'prior', follows)
    const isOwn = carried.every((reference) => reference.step === step.number)
    const sql = isOwn
      ? lists.change(lists.keep(this.#events, 'one', `not ${lists.isEmpty(priors)}`), 'one', made)
      : lists.flat(lists.change(this.#events, 'one', lists.change(priors, 'prior', made)))
    const level = reached.level + 1
    return { list: `facts.${facts.derive(level, sql)}`, level, carried, pending: [] }
  }
}
