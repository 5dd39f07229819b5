import { nearestWord } from '../../core/audience/nearest-word.ts'
import { isKind } from '../../core/identity/identifier.ts'

/** What a column of a file can be. Those with names below them are written `trait.NAME`. */
const SINGLE_TARGETS = {
  user_id: ['user_id', 'userid'],
  anonymous_id: ['anonymous_id', 'anonymousid'],
  // Only where it is asked for: it makes the other columns those of the account.
  group_id: [],
  event: ['event', 'event_name'],
  time: ['time', 'timestamp'],
  id: ['message_id', 'messageid'],
  traits: ['traits'],
  properties: ['properties'],
  context: ['context'],
} as const satisfies Readonly<Record<string, readonly string[]>>

const NAMED_TARGETS = ['trait', 'property', 'external'] as const

export type SingleTarget = keyof typeof SINGLE_TARGETS
type NamedTarget = (typeof NAMED_TARGETS)[number]

/** Which columns of a file make up a message. */
export interface ImportMapping {
  /** Columns by what they are; `traits`, `properties` and `context` hold objects. */
  readonly single: Readonly<Partial<Record<SingleTarget, string>>>
  /** Columns by the name of the trait, property or external id. */
  readonly named: Readonly<Record<NamedTarget, Readonly<Record<string, string>>>>
  /** What every row is, where no column says it; null for rows that describe people. */
  readonly event: string | null
}

export interface Wish {
  /** `target=column`, as they were asked for. */
  readonly map: readonly string[]
  readonly event: string | null
  /** Columns that are not named are left out. */
  readonly onlyMapped: boolean
}

export type Mapped =
  | { readonly kind: 'mapped'; readonly mapping: ImportMapping }
  | { readonly kind: 'wrong'; readonly message: string; readonly remedy: string }

interface Draft {
  readonly single: Partial<Record<SingleTarget, string>>
  readonly named: Record<NamedTarget, Record<string, string>>
}

const isSingle = (word: string): word is SingleTarget => Object.hasOwn(SINGLE_TARGETS, word)

/**
 * What each column of a file is to be: as asked for, else by its name, else a property of an event or, where rows describe
 * people, a trait.
 */
export function mapColumns(columns: readonly string[], { map, event, onlyMapped }: Wish): Mapped {
  const draft: Draft = { single: {}, named: { trait: {}, property: {}, external: {} } }
  const used = new Set<string>()
  for (const wish of map) {
    const at = wish.indexOf('=')
    const target = wish.slice(0, Math.max(at, 0)).trim()
    const column = find(columns, wish.slice(at + 1).trim())
    if (at < 1) return wrong(`Cannot read "${wish}" as target=column`, 'Write it like user_id=id')
    if (column === undefined) return noColumn(wish.slice(at + 1).trim(), columns)
    if (!place(draft, target, column)) return noTarget(target)
    used.add(column)
  }
  for (const target of Object.keys(SINGLE_TARGETS).filter(isSingle)) {
    const column = SINGLE_TARGETS[target].flatMap((name) => find(columns, name) ?? [])[0]
    if (column === undefined || used.has(column) || draft.single[target] !== undefined) continue
    if (target === 'event' && event !== null) continue
    draft.single[target] = column
    used.add(column)
  }
  const isEvent = event !== null || draft.single.event !== undefined
  const isGroup = draft.single.group_id !== undefined
  if (isEvent && isGroup)
    return wrong(
      'A row is either an event or says that somebody belongs to an account',
      'Import the accounts from a file of their own, and leave --map group_id=… out here',
    )
  const rest = isEvent ? draft.named.property : draft.named.trait
  if (!onlyMapped) for (const column of columns) if (!used.has(column)) rest[column] ??= column
  if (!identifies(draft, isGroup))
    return wrong(
      'No column says who a row is about',
      `Name one: --map user_id=COLUMN, or anonymous_id, external.TYPE, trait.email, trait.phone. The columns are: ${columns.join(', ')}`,
    )
  if (isEvent && draft.single.time === undefined)
    return wrong(
      'No column says when the events happened',
      `Name it: --map time=COLUMN. The columns are: ${columns.join(', ')}`,
    )
  return { kind: 'mapped', mapping: { ...draft, event } }
}

/** @returns false when there is no such target, or it has a column already */
function place({ single, named }: Draft, target: string, column: string): boolean {
  if (isSingle(target)) {
    if (single[target] !== undefined) return false
    single[target] = column
    return true
  }
  const kind = NAMED_TARGETS.find((known) => target.startsWith(`${known}.`))
  const name = target.slice((kind?.length ?? 0) + 1)
  if (kind === undefined || name === '' || Object.hasOwn(named[kind], name)) return false
  if (kind === 'external' && !isKind(name)) return false
  named[kind][name] = column
  return true
}

/** Traits beside a group are the account's and say nothing of who it is. */
const identifies = ({ single, named }: Draft, isGroup: boolean): boolean =>
  [single.user_id, single.anonymous_id, single.context, ...(isGroup ? [] : [single.traits])].some(
    (column) => column !== undefined,
  ) ||
  Object.keys(named.external).length > 0 ||
  (!isGroup && ['email', 'phone'].some((trait) => Object.hasOwn(named.trait, trait)))

const find = (columns: readonly string[], name: string): string | undefined =>
  columns.find((column) => column === name) ??
  columns.find((column) => column.toLowerCase() === name.toLowerCase())

const wrong = (message: string, remedy: string): Mapped => ({ kind: 'wrong', message, remedy })

function noColumn(name: string, columns: readonly string[]): Mapped {
  const nearest = nearestWord(name, columns)
  const meant = nearest === undefined ? '' : `Did you mean "${nearest}"? `
  return wrong(`The file has no column "${name}"`, `${meant}It has: ${columns.join(', ')}`)
}

const noTarget = (target: string): Mapped =>
  wrong(
    `A column cannot be "${target}", or another column is that already`,
    `Each once: ${Object.keys(SINGLE_TARGETS).join(', ')}, trait.NAME, property.NAME, external.TYPE`,
  )
