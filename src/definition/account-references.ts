import type { Path, Report } from '../core/audience/mistake.ts'
import { isWritten } from '../core/audience/written.ts'
import { namedBy } from './audience-uses.ts'
import { groundWithout } from './ground-without.ts'
import { checkRelation, checkSelect, entriesOf, fail, meansIn } from './relation-references.ts'
import { ACCOUNTS_KEYS, MEMBERSHIPS_KEYS } from './schema.ts'
import type { WrittenFile } from './written-file.ts'

/** The accounts that a model declares, and how it says who belongs to them. */
export function checkAccounts(accounts: unknown, path: Path, report: Report): void {
  if (!isWritten(accounts)) return
  checkSelect(accounts['sql'], [...path, 'sql'], report)
  checkRelation('This list of accounts', accounts, ACCOUNTS_KEYS, path, report)
  checkMembers(accounts['members'], [...path, 'members'], report)
  const has = meansIn(accounts, ACCOUNTS_KEYS)
  if (has('own') !== has('members')) return
  const both = has('own')
  const message = both
    ? 'Who belongs to these accounts is said by a column and by a list of members'
    : 'Nothing says who belongs to these accounts'
  const remedy = both
    ? 'Remove one of them'
    : 'Add "own: column_of_the_model", or "members: { table, person, account }"'
  fail(report, path, message, 'either "own" or "members"', remedy)
}

function checkMembers(members: unknown, path: Path, report: Report): void {
  if (!isWritten(members)) return
  checkSelect(members['sql'], [...path, 'sql'], report)
  checkRelation('This list of members', members, MEMBERSHIPS_KEYS, path, report)
}

/** Conditions over accounts need a model that declares them. */
export function checkAccountUses({ raw }: WrittenFile, report: Report): void {
  for (const [key, audience] of entriesOf(raw.audiences)) {
    const [asked] = [...namedBy('account', audience['where'], ['audiences', key, 'where'])]
    const without = asked === undefined ? null : groundWithout('accounts', key, audience, raw)
    if (asked === undefined || without === null) continue
    const remedy = 'Say at the model where they are: accounts: { table, key, own: column }'
    fail(report, asked.path, `${without} has no accounts`, 'a model with "accounts:"', remedy)
  }
}
