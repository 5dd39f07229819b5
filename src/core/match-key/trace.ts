import { assertNever } from '../exhaustive.ts'
import type { NormaliseContext } from './normalised.ts'
import { REJECT_REASONS, type RejectReason } from './reject-reason.ts'
import { countryOf, sentText } from './rows.ts'
import { MATCH_KEYS, type MatchKey } from './table.ts'
import { toText } from './to-text.ts'

/** How one value came to be what is sent of it, or came to nothing. `raw` and `normalised` are personal data. */
export interface ValueTrace {
  readonly key: MatchKey
  readonly raw: string
  /** Null where nothing was left, where the value was rejected, and where it was a digest already. */
  readonly normalised: string | null
  readonly sent: string | null
  readonly reason: RejectReason | 'empty' | null
  /** What happened, as a sentence for people. */
  readonly note: string
}

interface TraceContext {
  /** The row's country as it was given, in any form that COUNTRY takes, or null. */
  readonly country: string | null
  readonly phoneCountry: string | null
  readonly currentYear: number
}

/** Takes one value the way that `matchRows` takes it, and tells each step. */
export function traceValue(key: MatchKey, value: unknown, context: TraceContext): ValueTrace {
  const base: NormaliseContext = { ...context, country: null }
  const country = countryOf([context.country], base)
  const rule = MATCH_KEYS[key]
  const raw = toText(value)
  const normalised = rule.normalise(raw, { ...base, country })
  switch (normalised.kind) {
    case 'empty': {
      const note = 'Nothing is left after normalising, so nothing is sent.'
      return { key, raw, normalised: null, sent: null, reason: 'empty', note }
    }
    case 'rejected': {
      const { reason } = normalised
      const { sentence, remedy } = REJECT_REASONS[reason]
      return { key, raw, normalised: null, sent: null, reason, note: `${sentence} ${remedy}` }
    }
    case 'digest': {
      const sent = sentText(rule, normalised)
      const note = rule.hashed
        ? 'It is a SHA-256 already and is sent as it is, in lower case.'
        : 'It looks like an e-mail address, so its SHA-256 is sent.'
      return { key, raw, normalised: null, sent, reason: null, note }
    }
    case 'value': {
      const sent = sentText(rule, normalised)
      const note = rule.hashed
        ? 'Its SHA-256 is sent.'
        : 'It is sent as it is: Meta takes this key unhashed.'
      return { key, raw, normalised: normalised.text, sent, reason: null, note }
    }
    default:
      return assertNever(normalised)
  }
}
