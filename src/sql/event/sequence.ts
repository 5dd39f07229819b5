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

/** What is kept of the event that a step found. */
interface Carried {
  readonly step: number
  readonly name: string
  /** Of the event `one`. */
  readonly of: (one: string) => string
  /** No step asks for it: one of several does as well as another. */
  readonly isTold: boolean
}

/** How far a sequence came: a list of the events that the last step found, each with what later steps want of the earlier ones. */
interface Reached {
  readonly list: string
  readonly level: number
  readonly carried: readonly Carried[]
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

/**
 * By which events a sequence is met, and by which it comes to each step, the last one first: columns of the facts with JSON, the
 * moment and the id of each step's event in `at1`, `id1` and so on; null where it does not come so far.
 */
export const traceSequence = (condition: SequenceCondition, scope: Scope): readonly string[] =>
  new Sequence(condition, scope, true).trace()

class Sequence {
  readonly #condition: SequenceCondition
  readonly #scope: Scope
  readonly #fields: StepFields
  readonly #steps: readonly Numbered[]
  readonly #compiled: ReadonlyMap<number, string>
  readonly #events: string
  /** The events that were found are kept, so that they can be told. */
  readonly #traces: boolean

  constructor(condition: SequenceCondition, scope: Scope, traces = false) {
    this.#condition = condition
    this.#traces = traces
    this.#scope = scope
    this.#fields = new StepFields(scope)
    this.#steps = condition.steps.map((step, index) => ({ ...step, number: index + 1 }))
    // First, for then it is known which fields the events need.
    this.#compiled = new Map(this.#steps.map((step) => [step.number, this.#compileStep(step)]))
    this.#events = this.#collect()
  }

  decide(): string {
    const { list, level } = this.#follow().whole
    const isMet = `not ${this.#scope.dialect.events.lists.isEmpty(list)}`
    return this.#scope.facts.derive(level + 1, isMet)
  }

  trace(): readonly string[] {
    const { facts, dialect } = this.#scope
    const { lists, jsonText } = dialect.events
    const { reached, whole } = this.#follow()
    return [whole, ...reached.toReversed()].map(({ list, level }) => {
      const one = lists.end(lists.greatest(list), 'last')
      return `facts.${facts.derive(level + 1, jsonText(one, 'object'))}`
    })
  }

  /** Goes from step to step: what each step that is not negated reaches, and what is left in the end. */
  #follow(): {
    readonly reached: readonly Reached[]
    readonly whole: Pick<Reached, 'list' | 'level'>
  } {
    const { lists } = this.#scope.dialect.events
    let at = this.#begin()
    const steps = [at]
    let negated: Numbered[] = []
    for (const step of this.#steps.slice(1)) {
      if (step.negated) negated.push(step)
      else {
        at = this.#advance(this.#judge(at, negated), step)
        steps.push(at)
        negated = []
      }
    }
    const last = this.#judge(at, negated)
    const open = last.pending.map(({ number }) => `prior.b${number}.t is null`)
    const list = open.length === 0 ? last.list : lists.keep(last.list, 'prior', open.join(' and '))
    return { reached: steps, whole: { list, level: last.level } }
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
    // One that is told of binds its own values once more, so it has a list of its own.
    const key = JSON.stringify([this.#condition, this.#traces])
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

  /** What the steps after this one want to know of it and of those before it, and what is told. */
  #carriedAfter(number: number): readonly Carried[] {
    const wanted = this.#steps
      .filter((step) => step.number > number)
      .flatMap(({ events }) => stepReferencesOf(events.where))
      .filter(({ step }) => step <= number)
    const byName = new Map(
      wanted.map((reference): [string, Carried] => {
        const name = this.#carriedName(reference)
        const { field } = this.#fields.property(reference.property)
        return [name, { step: reference.step, name, of: (one) => `${one}.${field}`, isTold: false }]
      }),
    )
    const found = this.#traces
      ? this.#steps.filter((step) => !step.negated && step.number <= number)
      : []
    const told = found.flatMap(({ number: step }): Carried[] => [
      { step, name: `at${step}`, of: (one) => `${one}.t`, isTold: true },
      { step, name: `id${step}`, of: (one) => `${one}.id`, isTold: true },
    ])
    return [...byName.values(), ...told]
  }

  #struct(one: string, number: number, carried: readonly Carried[]): string {
    return this.#scope.dialect.events.lists.struct([
      ['t', `${one}.t`],
      ['id', `${one}.id`],
      ...carried.map(
        ({ step, name, of }) => [name, step === number ? of(one) : `prior.${name}`] as const,
      ),
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
    const fields = ['t', 'id', ...reached.carried.map(({ name }) => name)]
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
    const earlier = carried.filter((one) => one.step !== step.number)
    const some = earlier.every(({ isTold }) => isTold) ? lists.greatest(priors) : priors
    const sql =
      earlier.length === 0
        ? lists.change(lists.keep(this.#events, 'one', `not ${lists.isEmpty(priors)}`), 'one', made)
        : lists.flat(lists.change(this.#events, 'one', lists.change(some, 'prior', made)))
    const level = reached.level + 1
    return { list: `facts.${facts.derive(level, sql)}`, level, carried, pending: [] }
  }
}
