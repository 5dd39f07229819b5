import { isJsonObject } from '../event/json-object.ts'
import type { Json, Message } from '../event/message.ts'
import type { RejectReason } from '../match-key/reject-reason.ts'
import { ALWAYS_BLOCKED, blockedTest } from './blocked.ts'
import { identifierKey, isKind, type Identifier } from './identifier.ts'
import { IDENTIFIER_KINDS, normaliserOf } from './kinds.ts'
import { byPriority, limitOf, type IdentityRules } from './rules.ts'

/** Why a value in a message identifies nobody. */
export const IGNORED_REASONS = {
  blocked: 'The value is blocked: it stands for "no value".',
  'not-used': 'The definition has a limit of 0 for this kind.',
  'not-text': 'The value is neither text nor a number.',
  'not-readable': 'There are control characters or broken characters in the value.',
  'not-an-external-id': 'An external id needs id, type, collection "users" and encoding "none".',
  'too-many': 'A message has at most 50 identifiers.',
  'too-many-kinds': 'There are 100 kinds of identifiers already.',
  shared: 'Too many different people were seen with this value.',
  erased: 'Whoever had this value was erased.',
  'of-erased': 'The message is of somebody who was erased.',
} as const

type IgnoredReason = keyof typeof IGNORED_REASONS | RejectReason

export interface Ignored extends Identifier {
  readonly reason: IgnoredReason
}

export interface ReadIdentifiers {
  /** Each once, the most trusted first. */
  readonly identifiers: readonly Identifier[]
  readonly ignored: readonly Ignored[]
}

const IDENTIFIERS_PER_MESSAGE = 50
/** Of a value that is no identifier so much is told. */
const SHOWN_CHARACTERS = 100
const UNREADABLE = /\p{Cc}/u

type Found = readonly [kind: string, value: Json]

/** Reads messages by one set of rules. It never throws, whatever stands in them. */
export function identifierReader(rules: IdentityRules): (message: Message) => ReadIdentifiers {
  const compare = byPriority(rules)
  const isBlocked = blockedTest([...ALWAYS_BLOCKED, ...rules.blocked])
  const blockedOf = new Map(
    Object.entries(rules.blockedOf).map(([kind, values]) => [kind, blockedTest(values)]),
  )
  const context = { country: null, phoneCountry: rules.phoneCountry, currentYear: 0 }

  const read = (kind: string, value: Json): Identifier | IgnoredReason | 'absent' => {
    if (limitOf(rules, kind).count === 0) return 'not-used'
    if (typeof value !== 'string' && typeof value !== 'number') return 'not-text'
    const text = String(value)
    if (text.trim() === '') return 'absent'
    if (isBlocked(text.trim()) || blockedOf.get(kind)?.(text.trim()) === true) return 'blocked'
    if (!text.isWellFormed()) return 'not-readable'
    const normalised = normaliserOf(kind)(text, context)
    if (normalised.kind === 'empty') return 'absent'
    if (normalised.kind === 'rejected') return normalised.reason
    return UNREADABLE.test(normalised.text) ? 'not-readable' : { kind, value: normalised.text }
  }

  return (message) => {
    const identifiers = new Map<string, Identifier>()
    const ignored: Ignored[] = []
    for (const [kind, value] of foundIn(message)) {
      const meant = kind === NO_KIND ? 'not-an-external-id' : read(kind, value)
      if (meant === 'absent') continue
      if (typeof meant === 'object' && identifiers.size < IDENTIFIERS_PER_MESSAGE)
        identifiers.set(identifierKey(meant), meant)
      else if (ignored.length < IDENTIFIERS_PER_MESSAGE)
        ignored.push({
          kind,
          value: shownValue(value),
          reason: typeof meant === 'object' ? 'too-many' : meant,
        })
    }
    return {
      identifiers: [...identifiers.values()].toSorted(
        (left, right) => compare(left.kind, right.kind) || (left.value < right.value ? -1 : 1),
      ),
      ignored,
    }
  }
}

/** The kind of an external id that says none that can be used. */
const NO_KIND = ''

function* foundIn(message: Message): Generator<Found> {
  for (const { name, find } of IDENTIFIER_KINDS)
    for (const value of find(message))
      if (value !== undefined && value !== null) yield [name, value]
  const external = message.context['externalIds']
  if (!Array.isArray(external)) return
  for (const entry of external as readonly Json[]) yield externalId(entry)
}

/** https://segment.com/docs/unify/identity-resolution/externalids: all four fields are required. */
function externalId(entry: Json): Found {
  if (!isJsonObject(entry)) return [NO_KIND, entry]
  const { id, type, collection, encoding } = entry
  const isWhole =
    typeof type === 'string' && isKind(type) && collection === 'users' && encoding === 'none'
  return isWhole && id !== undefined ? [type, id] : [NO_KIND, id ?? null]
}

const shownValue = (value: Json): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, SHOWN_CHARACTERS)
