import type { Written } from '../../core/audience/written.ts'
import type { Carried } from '../carried.ts'
import { checkedReading } from '../checked-reading.ts'
import { check, group, joined, loses, remarked, type Reading, type Remark } from '../reading.ts'
import {
  askedAudience,
  comparisonOf,
  leaf,
  NO_COMPARISON,
  traitComparison,
  type Around,
} from './carry.ts'
import { tree } from './compare.ts'
import type { Comparison, Expression } from './expression.ts'

/**
 * What a query asks of an account. `users`: for which of its users it has to hold, where `each` is what the account is itself, and so
 * the same for each of them.
 */
interface Part {
  readonly kind: 'part'
  readonly users: 'each' | 'any' | 'all'
  readonly reading: Reading
  readonly from: number
  readonly to: number
}

/** What cannot be asked of an account in one condition. */
interface Branch {
  readonly kind: 'all' | 'any'
  readonly of: readonly (Part | Branch)[]
  readonly from: number
  readonly to: number
}

const USER_TRAIT =
  'In a condition over accounts a trait is the account’s here. Make an audience of the users whose trait is so, and write { member_of: … }.'

const OTHER_ACCOUNT = check(
  'Whoever belongs to several accounts may meet each of these by another one here.',
)

/** True for a query with ANY or ALL, which are there for accounts alone. */
export function asksUsers(expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.of.some(asksUsers)
    case 'not':
      return asksUsers(expression.of)
    case 'any':
    case 'all':
      return true
    case 'comparison':
    case 'chain':
    case 'literal':
    case 'duration':
    case 'parent':
    case 'excluded':
      return false
  }
}

/** A query for accounts as a tree of conditions on the people who belong to them. */
export const carryAccounts = (expression: Expression, around: Around): Carried =>
  carried(partOf(expression, false, around), around)

/** A `not` is taken to what it denies: of an account of theirs it is said otherwise than of all their accounts. */
function partOf(expression: Expression, isDenied: boolean, around: Around): Part | Branch {
  const { from, to } = expression
  const part = (users: Part['users'], reading: Reading): Part => {
    const { reading: own } = checkedReading(inAccount(reading, users))
    return { kind: 'part', users, reading: own.kind === 'lost' ? own : reading, from, to }
  }
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const kind = (expression.kind === 'and') === isDenied ? 'any' : 'all'
      return combined({
        kind,
        of: expression.of.map((child) => partOf(child, isDenied, around)),
        from,
        to,
      })
    }
    case 'not':
      return partOf(expression.of, !isDenied, around)
    case 'any':
    case 'all': {
      const reading = ofUser(expression.of, around)
      const users = (expression.kind === 'any') === isDenied ? 'all' : 'any'
      return part(users, isDenied ? opposite(reading) : reading)
    }
    case 'comparison': {
      const reading = ofAccount(expression, around)
      return part('each', isDenied ? opposite(reading) : reading)
    }
    case 'chain':
    case 'literal':
    case 'duration':
    case 'parent':
    case 'excluded':
      return part('each', loses(NO_COMPARISON))
  }
}

/** Parts of a list as one, as far as they say the same when they are asked of the same users. */
function combined(branch: Branch): Part | Branch {
  const { kind, of, from, to } = branch
  const kept = of.filter((one) => !isLost(one))
  const [first] = kept
  if (first === undefined) return branch
  if (kept.length < of.length) {
    const rest = combined({ ...branch, of: kept, from: first.from })
    const inOrder = [rest, ...of.filter(isLost)].toSorted((one, other) => one.from - other.from)
    return { ...branch, of: inOrder }
  }
  const parts = of.filter((one) => one.kind === 'part')
  const asked = parts.map(({ users }) => users).filter((users) => users !== 'each')
  const [users = 'each'] = asked
  // That every user is so and every user is so is one condition on every user; with "any" under "or" it is as well.
  const isSame = asked.every((one) => one === users) && users === kind
  if (parts.length < of.length || (asked.length > 1 && !isSame)) return branch
  const readings = parts.map(({ reading }) => reading)
  return { kind: 'part', users, reading: joined(readings, (all) => group(kind, all)), from, to }
}

const isLost = (one: Part | Branch): boolean => one.kind === 'part' && one.reading.kind === 'lost'

function carried(one: Part | Branch, around: Around, remarks: readonly Remark[] = []): Carried {
  if (one.kind === 'part')
    return leaf(one, remarked(inAccount(one.reading, one.users), ...remarks), around)
  const isApart = one.kind === 'all' && one.of.filter((child) => !isLost(child)).length > 1
  const told = isApart ? [OTHER_ACCOUNT] : remarks
  return {
    kind: one.kind,
    of: one.of.map((child, index) => carried(child, around, index === 0 ? told : [])),
  }
}

const inAccount = (reading: Reading, users: Part['users']): Reading =>
  joined([reading], ([account]) => ({ account, ...(users === 'all' ? { users } : {}) }))

const opposite = (reading: Reading): Reading =>
  joined([reading], ([written = {}]) => {
    const { not, ...others } = written
    return isWritten(not) && Object.keys(others).length === 0 ? not : { not: written }
  })

const isWritten = (value: unknown): value is Written => typeof value === 'object' && value !== null

/** A comparison outside ANY and ALL. */
function ofAccount(comparison: Comparison, { audiences }: Around): Reading {
  const subject = comparison.left.calls[0]?.name ?? ''
  if (subject !== 'trait')
    return loses(`"${subject}" is asked of an account's users here: write ANY or ALL before it.`)
  const asked = askedAudience(comparison)
  if (asked === undefined) return traitComparison(comparison)
  const { name } = asked
  if (audiences.has(name))
    return loses(
      `"${name}" is an audience of this file, and those are of people. Write its conditions in its place.`,
    )
  const reason = `In Segment an audience of accounts is a trait too. If "${name}" is one, write its conditions in its place.`
  return remarked(traitComparison(comparison), check(reason))
}

/** What stands within ANY or ALL, as a condition on a user. */
function ofUser(expression: Expression, around: Around): Reading {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return tree(
        expression.kind,
        expression.of.map((child) => ofUser(child, around)),
      )
    case 'not':
      return opposite(ofUser(expression.of, around))
    case 'any':
    case 'all':
      return loses('ANY and ALL cannot stand in one another.')
    case 'comparison': {
      const reading = comparisonOf(expression, around)
      return reading.kind === 'written' && namesTrait(reading.written) ? loses(USER_TRAIT) : reading
    }
    case 'chain':
    case 'literal':
    case 'duration':
    case 'parent':
    case 'excluded':
      return loses(NO_COMPARISON)
  }
}

/** Whether a trait stands anywhere in it: in an account it would be the account's. */
const namesTrait = (written: unknown): boolean =>
  isWritten(written) && ('trait' in written || Object.values(written).some(namesTrait))
