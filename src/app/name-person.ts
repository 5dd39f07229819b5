import { nearestWord } from '../core/audience/nearest-word.ts'
import { RollcallError } from '../core/error.ts'
import { IDENTIFIER_KINDS } from '../core/identity/kinds.ts'
import { isKind, type Identifier } from '../core/identity/identifier.ts'
import { REJECT_REASONS } from '../core/match-key/reject-reason.ts'
import { traceValue } from '../core/match-key/trace.ts'
import { STRONG_KEYS, type StrongKey } from '../core/sync/strong.ts'
import { isSameColumn, strongColumns, type ListContext } from './do-not-send-list.ts'

/** Somebody as they were named, and as the two places where people are kept know them. */
export interface NamedPerson {
  /** The names that were written, without the values. */
  readonly by: readonly string[]
  /** As match rows have them. */
  readonly keys: readonly StrongKey[]
  /** As the people that Rollcall keeps have them; the values are as they were written. */
  readonly identifiers: readonly Identifier[]
}

/** What names a person that Rollcall keeps by the id that it gave them. */
export const PERSON = 'person'

/**
 * Reads `email=… user_id=…`. Names are read as the columns of a do-not-send list are; a bare value with an @ is an e-mail address.
 * @throws RollcallError `usage/person`; no message says a value
 */
export function namePerson(words: readonly string[], context: ListContext): NamedPerson {
  const keys = new Set<StrongKey>()
  const by: string[] = []
  const identifiers: Identifier[] = []
  for (const [place, word] of words.entries()) {
    const { name, value } = partsOf(word, place)
    if (!by.includes(name)) by.push(name)
    identifiers.push({ kind: name, value })
    for (const key of keysOf({ kind: name, value }, context, true)) keys.add(key)
  }
  return { by, keys: [...keys], identifiers }
}

/**
 * The strong keys that an identifier is sent as.
 * @param strict A value that cannot be read is an error, not nothing.
 */
export function keysOf(
  { kind, value }: Identifier,
  context: ListContext,
  strict: boolean,
): readonly StrongKey[] {
  const columns = strongColumns([kind], context.idColumns).filter(
    ({ key, name }) => key !== 'EXTERN_ID' || isSentAsId(name, context),
  )
  if (strict && columns.length === 0 && !isKnownKind(kind)) throw unknownName(kind)
  return columns.flatMap(({ key }) => {
    const { sent, reason } = traceValue(key, value, { ...context, country: null })
    if (sent !== null) return [`${STRONG_KEYS.indexOf(key)}:${sent}`]
    if (!strict) return []
    throw unreadable(kind, reason === null || reason === 'empty' ? null : reason)
  })
}

/** The id of a tracking client is a name for what is sent as EXTERN_ID only where a sync says so: the same number may be somebody else there. */
const isSentAsId = (name: string, { idColumns }: ListContext): boolean =>
  !KNOWN_KINDS.includes(name) || idColumns.some((id) => isSameColumn(id, name))

/** What the people that Rollcall keeps are told by, without anything being declared. */
export const KNOWN_KINDS: readonly string[] = [PERSON, ...IDENTIFIER_KINDS.map(({ name }) => name)]

/** An id of somebody's own kind is only known to their tracking, so any name with a dot or underscore may be one. */
const isKnownKind = (name: string): boolean =>
  KNOWN_KINDS.includes(name) || (isKind(name) && /[._]/.test(name))

function partsOf(word: string, place: number): { name: string; value: string } {
  const at = word.indexOf('=')
  if (at > 0) return { name: word.slice(0, at), value: word.slice(at + 1) }
  if (word.includes('@')) return { name: 'email', value: word }
  throw new RollcallError(`Cannot tell what the identifier in place ${place + 1} is`, {
    code: 'usage/person',
    next: 'act',
    remedy: 'Write it as name=value, such as email=ada@example.com, user_id=17 or EXTERN_ID=c1042',
  })
}

function unknownName(name: string): RollcallError {
  const names = [...KNOWN_KINDS, 'EMAIL', 'PHONE', 'MADID', 'EXTERN_ID']
  const nearest = nearestWord(name, names)
  return new RollcallError(`"${name}" is the name of no identifier`, {
    code: 'usage/person',
    next: 'act',
    remedy: nearest === undefined ? `There are: ${names.join(', ')}` : `Did you mean "${nearest}"?`,
  })
}

function unreadable(name: string, reason: keyof typeof REJECT_REASONS | null): RollcallError {
  const why = reason === null ? 'nothing is left of it' : REJECT_REASONS[reason].sentence
  return new RollcallError(`The value of ${name} cannot be read: ${why}`, {
    code: 'usage/person',
    next: 'act',
    remedy: reason === null ? 'Write the value after the sign =' : REJECT_REASONS[reason].remedy,
  })
}
