import { boundsOf, type Bounds } from './bounds.ts'
import type { FarSide } from './far-side.ts'
import type { Machine } from './machine.ts'
import { marksOfCall, type MembershipCall } from './membership-call.ts'
import type { Network } from './network.ts'
import { nameOf, PLAINTEXT, type Mark, type WantedRow } from './people.ts'

/** A promise of the protocol that was broken. The first word says which. */
export class Violation extends Error {}

const isExtern = (mark: Mark): boolean => mark.startsWith('EXTERN_ID:')

/** Both bounds against what is at the far side and what may still arrive there. */
export async function checkBounds(
  machine: Machine,
  sync: string,
  farSide: FarSide,
  network: Network,
  strangers: ReadonlySet<string>,
): Promise<void> {
  const bounds = await boundsOf(machine, sync)
  if (bounds === null || !farSide.exists(bounds.remoteId)) return
  const { remoteId, lower, upper } = bounds
  const { entering, leaving, replacing } = network.pending(remoteId)
  checkUpper(farSide, remoteId, upper.flat(), entering, strangers)
  if (!farSide.knowsPeople) return
  const staying = survivors(farSide, remoteId, leaving)
  for (const call of replacing) {
    const kept = farSide.unitsOf(marksOfCall(call).flat())
    for (const unit of staying) if (!kept.has(unit)) staying.delete(unit)
  }
  for (const unit of farSide.unitsOf(lower.flatMap(named)))
    if (!staying.has(unit))
      throw new Violation(`LOST ${nameOf(unit)} is in L but not lastingly in the audience`)
}

function checkUpper(
  farSide: FarSide,
  remoteId: string,
  upper: readonly Mark[],
  entering: readonly (readonly Mark[])[],
  strangers: ReadonlySet<string>,
): void {
  const maybe = farSide.unitsOf(upper)
  const check = (unit: string): void => {
    if (!maybe.has(unit) && !strangers.has(unit))
      throw new Violation(`PRIVACY ${nameOf(unit)} may be in the audience but is not in U`)
  }
  if (!farSide.keepsRows) {
    for (const person of farSide.inside(remoteId)) check(person)
    for (const person of farSide.unitsOf(entering.flat())) check(person)
    return
  }
  for (const marks of [...farSide.rows(remoteId), ...entering])
    for (const mark of named(marks)) check(mark)
}

/** An EXTERN_ID beside other keys is forgotten by the platform and names nobody; alone it is all there is. */
const named = (marks: readonly Mark[]): readonly Mark[] =>
  marks.every(isExtern) ? marks : marks.filter((mark) => !isExtern(mark))

/** Who is in and stays in whatever late removals arrive. */
function survivors(
  farSide: FarSide,
  remoteId: string,
  leaving: readonly (readonly Mark[])[],
): Set<string> {
  const hit = farSide.unitsOf(leaving.flat())
  if (!farSide.keepsRows)
    return new Set([...farSide.inside(remoteId)].filter((person) => !hit.has(person)))
  return new Set(
    farSide
      .rows(remoteId)
      .filter((marks) => !marks.some((mark) => hit.has(mark)))
      .flat(),
  )
}

export interface OnTheWire {
  readonly call: MembershipCall
  /** It takes out somebody who is erased, by all that is theirs, and adds again who shares it. */
  readonly isErasing: boolean
  readonly rowsMax: number
  /** What the run that sent it wanted in the audience when it looked. */
  readonly wanted: readonly WantedRow[]
  /** Every strong key that it found in the source. */
  readonly found: ReadonlySet<Mark>
  /** What was on the do-not-send list when the batch was built, and still is. */
  readonly suppressed: ReadonlySet<Mark>
  /** What was on it at some time since the run looked, and what the platform calls invalid. */
  readonly excused: (mark: Mark) => boolean
}

/** What no request may be, whatever else happens. */
export function checkRequest(wire: OnTheWire): void {
  const { call, isErasing, rowsMax, wanted, found, suppressed, excused } = wire
  const { operation, rows, schema } = call
  if (rows.length > rowsMax) throw new Violation(`LIMIT a request has ${rows.length} rows`)
  checkHashed(call)
  const extern = schema.indexOf('EXTERN_ID')
  if (extern >= 0 && rows.some((row) => row[extern] === ''))
    throw new Violation('MIXED rows with and without EXTERN_ID are in one request')
  const marks = marksOfCall(call)
  if (operation !== 'remove') {
    const leaked = marks.flat().find((mark) => suppressed.has(mark))
    if (leaked !== undefined) throw new Violation(`SUPPRESSED ${nameOf(leaked)} was sent`)
    const stale = marks.flat().find((mark) => !found.has(mark))
    if (stale !== undefined && !isErasing)
      throw new Violation(`STALE ${nameOf(stale)} was sent and is nobody's any more`)
    return
  }
  if (isErasing) return
  const held = new Set(wanted.filter((row) => !row.marks.some(excused)).flatMap((row) => row.marks))
  const shared = marks.flat().find((mark) => held.has(mark))
  if (shared !== undefined)
    throw new Violation(`SHARED a removal carries ${shared} of one who stays`)
  if (marks.some((row) => row.some(isExtern) && !row.every(isExtern)))
    throw new Violation('EXTERN a removal carries an EXTERN_ID beside another key')
}

function checkHashed({ schema, rows, operation }: MembershipCall): void {
  for (const row of rows)
    for (const [place, key] of schema.entries()) {
      const cell = row[place]
      if (CLEAR.has(key) || cell === '') continue
      if (typeof cell !== 'string' || !/^[0-9a-f]{64}$/.test(cell))
        throw new Violation(`PLAINTEXT a cell of ${key} in an ${operation} is not hashed`)
    }
}

const CLEAR: ReadonlySet<string> = new Set(['EXTERN_ID', 'APPUID', 'LOOKALIKE_VALUE'])

export function checkText(where: string, text: string): void {
  const found = PLAINTEXT.exec(text)
  if (found !== null) throw new Violation(`PLAINTEXT ${where} holds "${found[0]}"`)
}

/** Whoever may be in the audience is not there by a key of the do-not-send list. */
export function checkSuppressed(bounds: Bounds | null, suppressed: ReadonlySet<Mark>): void {
  const found = bounds?.upper.flatMap(named).find((mark) => suppressed.has(mark))
  if (found !== undefined)
    throw new Violation(`SUPPRESSED ${nameOf(found)} may still be in the audience`)
}

/** Whoever may be in the audience and does not agree is there by nothing that is theirs alone. */
export function checkConsent(bounds: Bounds | null, refusing: ReadonlySet<string>): void {
  for (const member of refusing)
    for (const mark of bounds?.upperOf.get(member) ?? []) {
      const holders = [...(bounds?.upperOf ?? [])].filter(([, marks]) => marks.has(mark))
      if (!isExtern(mark) && holders.every(([holder]) => refusing.has(holder)))
        throw new Violation(`CONSENT ${nameOf(mark)} may still be in the audience`)
    }
}

export interface Ending {
  readonly farSide: FarSide
  readonly remoteId: string | null
  /** Audiences that were lost sight of: a run was right to give them up. */
  readonly lost: ReadonlySet<string>
  readonly wanted: readonly WantedRow[]
  readonly invalid: ReadonlySet<Mark>
  readonly addsPeople: boolean
  readonly removesPeople: boolean
}

/** After the faults have stopped: the audience is what the definition says, person by person. */
export function checkEnding(ending: Ending): void {
  const { farSide, remoteId, lost, wanted, invalid, addsPeople, removesPeople } = ending
  for (const id of farSide.sandbox.model.audienceIds())
    if (id !== remoteId && !lost.has(id) && farSide.exists(id) && farSide.inside(id).size > 0)
      throw new Violation(`STAYS people are in audience ${id}, which nobody keeps`)
  const inside = remoteId === null ? new Set<string>() : farSide.inside(remoteId)
  const valid = wanted.filter(({ marks }) => !marks.some((mark) => invalid.has(mark)))
  if (addsPeople)
    for (const unit of farSide.unitsOf(valid.flatMap(({ marks }) => named(marks))))
      if (!inside.has(unit))
        throw new Violation(`MISSING ${nameOf(unit)} never reached the audience`)
  if (!removesPeople || remoteId === null) return
  const allowed = farSide.unitsOf(wanted.flatMap(({ marks }) => marks))
  const present = farSide.keepsRows ? farSide.rows(remoteId).flatMap(named) : inside
  for (const unit of present)
    if (!allowed.has(unit))
      throw new Violation(`STAYS ${nameOf(unit)} left and is still in the audience`)
}
