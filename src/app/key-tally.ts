import { emailKind, type EmailKind } from '../core/match-key/email-kind.ts'
import {
  matchRows,
  type Cells,
  type MappedValues,
  type MemberRows,
  type RowContext,
} from '../core/match-key/rows.ts'
import { REJECT_REASONS, type RejectReason } from '../core/match-key/reject-reason.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import { toText } from '../core/match-key/to-text.ts'
import { EXTERN_ID_BIT, strongBits } from '../core/sync/strong.ts'
import type { Mapping } from '../sql/fingerprint.ts'
import { sentRows } from '../sync/sent-rows.ts'

/** One mapped match key over all people: who has a value, whose can be sent, and why others cannot. */
export interface KeyCoverage {
  readonly key: MatchKey
  readonly columns: readonly string[]
  /** People with a value of it, and people with at least one that can be sent. */
  readonly people: number
  readonly usable: number
  /** Values turned down, the most frequent reason first. */
  readonly rejected: readonly {
    readonly reason: RejectReason
    readonly values: number
    readonly sentence: string
    readonly remedy: string
  }[]
}

/** What mapping one more match key, or more columns of one, would bring. */
export interface FurtherKey {
  readonly key: MatchKey
  readonly columns: readonly string[]
  /** People whom Meta could find then and cannot find now. */
  readonly findable: number
  /** Other people of whom more would be sent. */
  readonly gaining: number
}

/** Addresses by what they look like; `hashed` ones cannot be told. */
export type EmailShares = Readonly<Record<EmailKind | 'hashed', number>>

/** What the match rows of an audience come to. All are counts of people, unless they say otherwise. */
export interface RowTally {
  readonly keys: readonly KeyCoverage[]
  readonly emails: EmailShares | null
  readonly further: readonly FurtherKey[]
  /** Who was erased and is in the source all the same: never sent, and in none of the other counts. */
  readonly erased: number
  /** Without any usable identifier, so without a row. */
  readonly unusable: number
  /** Whose only identifier is EXTERN_ID, by which Meta finds nobody whom it was not told about before. */
  readonly onlyExternId: number
  /** People whom the do-not-send list keeps out altogether, and identifiers that it keeps back. */
  readonly suppressed: { readonly people: number; readonly identifiers: number }
  /** Match rows, and those of them that hold an identifier beside EXTERN_ID. */
  readonly rows: number
  readonly findableRows: number
}

/** Nobody's id: it makes a row of somebody who has none, so that their other keys can be looked at. */
const STAND_IN = 'rollcall-preview'

const isFindable = (cells: Cells): boolean => (strongBits(cells) & ~EXTERN_ID_BIT) !== 0

/** How many different values go out of somebody's rows. They are few: looking at each pair is faster than a set for each key. */
function valuesIn(rows: readonly Cells[]): number {
  let values = 0
  for (const [at, cells] of rows.entries())
    for (const [place, cell] of cells.entries())
      if (cell !== null && !rows.slice(0, at).some((earlier) => earlier[place] === cell))
        values += 1
  return values
}

/** People with an EXTERN_ID alone are counted apart, whether a sync would send them or not. */
const COUNT_IDS_ALONE = true

interface KeyCounts {
  people: number
  usable: number
  readonly rejected: Map<RejectReason, number>
}

/** Counts what preview tells, one person at a time; its size does not grow with theirs. */
export class KeyTally {
  readonly #mapping: Mapping
  readonly #further: Mapping
  readonly #context: RowContext
  readonly #valueBased: boolean
  readonly #keys: ReadonlyMap<MatchKey, KeyCounts>
  readonly #gains: ReadonlyMap<MatchKey, { findable: number; gaining: number }>
  readonly #emails = { personal: 0, work: 0, role: 0, placeholder: 0, hashed: 0 }
  #erased = 0
  #unusable = 0
  #onlyExternId = 0
  #suppressedPeople = 0
  #suppressedIdentifiers = 0
  #rows = 0
  #findableRows = 0

  /** @param further Keys with columns that are not mapped; for a mapped key the further columns alone. */
  constructor(mapping: Mapping, further: Mapping, context: RowContext, valueBased: boolean) {
    this.#mapping = mapping
    this.#further = further
    this.#context = context
    this.#valueBased = valueBased
    this.#keys = new Map(
      mapping.map(([key]) => [key, { people: 0, usable: 0, rejected: new Map() }]),
    )
    this.#gains = new Map(further.map(([key]) => [key, { findable: 0, gaining: 0 }]))
  }

  /** @param more Their values of the further columns. */
  add(values: MappedValues, more: MappedValues): void {
    const sent = sentRows(values, this.#context, this.#valueBased, COUNT_IDS_ALONE)
    if (sent.erased) {
      this.addErased()
      return
    }
    this.#addRows(sent)
    this.#addKeys(this.#allKeys(values, sent))
    this.#addEmails(values.EMAIL ?? [])
    if (sent.rows.length === 0 && sent.suppressed > 0) return
    for (const [key] of this.#further) this.#addGain(key, values, more, sent)
  }

  /** Somebody who is known to be erased by their row in the model. */
  addErased(): void {
    this.#erased += 1
  }

  #addRows({ rows, suppressed }: MemberRows): void {
    this.#rows += rows.length
    const findable = rows.filter(isFindable).length
    this.#findableRows += findable
    this.#suppressedIdentifiers += suppressed
    if (rows.length > 0) {
      if (findable === 0) this.#onlyExternId += 1
      return
    }
    this.#unusable += 1
    if (suppressed > 0) this.#suppressedPeople += 1
  }

  /** As read without the do-not-send list, without a value put in, and with a row even for those without an identifier. */
  #allKeys(values: MappedValues, sent: MemberRows): MemberRows {
    if (sent.rows.length > 0 && sent.suppressed === 0 && !this.#valueBased) return sent
    const { phoneCountry, currentYear } = this.#context
    const own = values.EXTERN_ID ?? []
    return matchRows({ ...values, EXTERN_ID: [...own, STAND_IN] }, { phoneCountry, currentYear })
  }

  #addKeys({ rows, rejected }: MemberRows): void {
    const turnedDown = new Set<MatchKey>()
    for (const { key, reason } of rejected) {
      turnedDown.add(key)
      const reasons = this.#keys.get(key)?.rejected
      reasons?.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    for (const [key, counts] of this.#keys) {
      const cell = rows[0]?.[MATCH_KEY_NAMES.indexOf(key)] ?? null
      const usable = cell !== null && cell !== STAND_IN
      if (usable) counts.usable += 1
      if (usable || turnedDown.has(key)) counts.people += 1
    }
  }

  #addEmails(addresses: readonly unknown[]): void {
    const context = { ...this.#context, country: null }
    const seen = new Set<string>()
    for (const address of addresses) {
      const read = MATCH_KEYS.EMAIL.normalise(toText(address), context)
      if (read.kind !== 'value' && read.kind !== 'digest') continue
      if (seen.has(read.text)) continue
      seen.add(read.text)
      this.#emails[read.kind === 'digest' ? 'hashed' : emailKind(read.text)] += 1
    }
  }

  #addGain(key: MatchKey, values: MappedValues, more: MappedValues, sent: MemberRows): void {
    const added = more[key] ?? []
    const gains = this.#gains.get(key)
    if (gains === undefined || added.length === 0) return
    const widened = { ...values, [key]: [...(values[key] ?? []), ...added] }
    const { rows } = sentRows(widened, this.#context, this.#valueBased, COUNT_IDS_ALONE)
    const isFound = rows.some(isFindable)
    if (isFound && !sent.rows.some(isFindable)) gains.findable += 1
    else if (valuesIn(rows) > valuesIn(sent.rows)) gains.gaining += 1
  }

  /** @param times How many people each of those who were added stands for. */
  result(times: number): RowTally {
    const all = (count: number): number => Math.round(count * times)
    const { personal, work, role, placeholder, hashed } = this.#emails
    return {
      keys: this.#mapping.map(([key, columns]) => coverage(key, columns, this.#keys.get(key), all)),
      emails: this.#keys.has('EMAIL')
        ? {
            personal: all(personal),
            work: all(work),
            role: all(role),
            placeholder: all(placeholder),
            hashed: all(hashed),
          }
        : null,
      further: this.#further.map(([key, columns]) => {
        const { findable, gaining } = this.#gains.get(key) ?? { findable: 0, gaining: 0 }
        return { key, columns, findable: all(findable), gaining: all(gaining) }
      }),
      erased: all(this.#erased),
      unusable: all(this.#unusable),
      onlyExternId: all(this.#onlyExternId),
      suppressed: {
        people: all(this.#suppressedPeople),
        identifiers: all(this.#suppressedIdentifiers),
      },
      rows: all(this.#rows),
      findableRows: all(this.#findableRows),
    }
  }
}

function coverage(
  key: MatchKey,
  columns: readonly string[],
  counts: KeyCounts | undefined,
  all: (count: number) => number,
): KeyCoverage {
  const rejected = [...(counts?.rejected ?? [])]
    .toSorted(([, left], [, right]) => right - left)
    .map(([reason, values]) => ({ reason, values: all(values), ...REJECT_REASONS[reason] }))
  const { people, usable } = counts ?? { people: 0, usable: 0 }
  return { key, columns, people: all(people), usable: all(usable), rejected }
}
