import type { Rejection } from '../collect/rejections.ts'
import type { Message } from '../core/event/message.ts'
import { identifierKey } from '../core/identity/identifier.ts'
import { IDENTIFIER_KINDS, normaliserOf } from '../core/identity/kinds.ts'
import { isOfErased } from '../core/identity/of-erased.ts'
import { identifierReader } from '../core/identity/read-identifiers.ts'
import type { IdentityRules } from '../core/identity/rules.ts'
import type { Tools } from '../people/tools.ts'

/** Tells what of what was collected is of people who were erased. */
export interface ErasedTest {
  readonly message: (message: Message) => boolean
  /** One that was not taken is theirs as soon as any value in it is. */
  readonly rejection: (rejection: Rejection) => boolean
}

/** By the tombstones that there are now. */
export async function erasedTest(
  { store, tombstoneOf }: Pick<Tools, 'store' | 'tombstoneOf'>,
  rules: IdentityRules,
): Promise<ErasedTest> {
  const tombstones = await store.erasures.tombstones()
  const shared = await store.erasures.shared()
  const { kinds } = await store.shape()
  const isErased = remembered((key) => tombstones.has(tombstoneOf(key)))
  const isShared = (key: string): boolean => shared.has(key)
  const read = identifierReader(rules)
  const isTheirs = valueTest(
    [...new Set([...kinds, ...IDENTIFIER_KINDS.map(({ name }) => name)])],
    rules,
    isErased,
  )
  return {
    message: (message) => isOfErased(read(message).identifiers, { isShared, isErased }),
    rejection: ({ body }) => body !== null && valuesIn(body).some(isTheirs),
  }
}

/** Tells whether a text, read as any kind of identifier, was erased. */
function valueTest(
  kinds: readonly string[],
  { phoneCountry }: IdentityRules,
  isErased: (key: string) => boolean,
): (text: string) => boolean {
  const context = { country: null, phoneCountry, currentYear: 0 }
  return remembered((text) =>
    kinds.some((kind) => {
      const normalised = normaliserOf(kind)(text, context)
      return 'text' in normalised && isErased(identifierKey({ kind, value: normalised.text }))
    }),
  )
}

/** The same texts come again and again. */
function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (known.size >= KNOWN_MAX) known.clear()
    const found = test(text)
    known.set(text, found)
    return found
  }
}

const KNOWN_MAX = 100_000

/** Texts and numbers of JSON that need not be whole: the last text may be cut off. */
const TOKEN = /"(?<text>(?:[^"\\]|\\.)*)(?:"|$)(?<colon>\s*:)?|-?\d[\d.eE+-]*/gs

/** The values of some JSON, without the names of its fields. */
function valuesIn(body: string): string[] {
  return [...body.matchAll(TOKEN)].flatMap(({ 0: token, groups }) => {
    const text = groups?.['text']
    if (groups?.['colon'] !== undefined) return []
    return [text === undefined ? token : unescaped(text)]
  })
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}
