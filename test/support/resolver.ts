import type { Message } from '../../src/core/event/message.ts'
import { identifierReader } from '../../src/core/identity/read-identifiers.ts'
import { NOBODY_KNOWN, Resolver, type Resolution } from '../../src/core/identity/resolve.ts'
import { DEFAULT_RULES, type IdentityRules } from '../../src/core/identity/rules.ts'

/** Resolves messages by the default rules and some of its own, beginning with nobody. */
export function resolver(own: Partial<IdentityRules> = {}): {
  resolve: (message: Message) => Resolution
} {
  const rules = { ...DEFAULT_RULES, ...own }
  const read = identifierReader(rules)
  const people = new Resolver(rules, NOBODY_KNOWN)
  return { resolve: (message) => people.resolve(message, read(message)) }
}
