import { z } from 'zod'
import type { Path, Report } from '../core/audience/mistake.ts'
import { isWritten } from '../core/audience/written.ts'
import { isKind } from '../core/identity/identifier.ts'
import { PERIOD_NAMES } from '../core/identity/limit.ts'
import { DEFAULT_RULES, limitOf, type IdentityRules } from '../core/identity/rules.ts'
import * as leaves from './identity-leaf.ts'
import { oneOf } from './leaf.ts'

export const identitySchema = z.strictObject({
  identifiers: z
    .record(
      z.string(),
      z.strictObject({
        limit: leaves.identifierLimit.optional(),
        per: oneOf(PERIOD_NAMES).optional(),
        blocked: leaves.blockedValues.optional(),
      }),
    )
    .optional(),
  priority: leaves.kinds.optional(),
  blocked: leaves.blockedValues.optional(),
  shared_after: leaves.sharedAfter.optional(),
})

type WrittenIdentity = z.output<typeof identitySchema>

/** Reports names of identifiers that no message could have. */
export function checkIdentity(value: unknown, path: Path, report: Report): void {
  const identifiers = isWritten(value) ? value['identifiers'] : undefined
  if (!isWritten(identifiers)) return
  for (const kind of Object.keys(identifiers))
    if (!isKind(kind))
      report({
        path: [...path, 'identifiers', kind],
        atKey: true,
        message: `Cannot use "${kind}" as a kind of identifier`,
        expected:
          'user_id, email, or the type of an external id: a letter, then letters, digits, _ . or -',
        remedy: 'Write the type as it stands in the messages',
      })
}

/** The rules that a file means, with every default. */
export function identityRules(
  { identifiers = {}, priority, blocked, shared_after }: WrittenIdentity,
  phoneCountry: string | null,
): IdentityRules {
  const limits = Object.entries(identifiers).map(([kind, { limit, per }]) => {
    const usual = limitOf(DEFAULT_RULES, kind)
    return [kind, { count: limit ?? usual.count, per: per ?? usual.per }] as const
  })
  const blockedOf = Object.entries(identifiers).flatMap(([kind, own]) =>
    own.blocked === undefined ? [] : [[kind, own.blocked] as const],
  )
  return {
    limits: { ...DEFAULT_RULES.limits, ...Object.fromEntries(limits) },
    priority: priority ?? DEFAULT_RULES.priority,
    blocked: blocked ?? DEFAULT_RULES.blocked,
    blockedOf: Object.fromEntries(blockedOf),
    sharedAfter: shared_after ?? DEFAULT_RULES.sharedAfter,
    phoneCountry,
  }
}

/** The rules as they are written in a file. */
export function writeIdentity(rules: IdentityRules): Readonly<Record<string, unknown>> {
  const identifiers = Object.entries(rules.limits).map(([kind, { count, per }]) => {
    const blocked = rules.blockedOf[kind]?.map(leaves.writeBlocked)
    return [kind, { limit: count, per, ...(blocked === undefined ? {} : { blocked }) }] as const
  })
  return {
    identifiers: Object.fromEntries(identifiers),
    priority: rules.priority,
    blocked: rules.blocked.map(leaves.writeBlocked),
    shared_after: rules.sharedAfter,
  }
}
