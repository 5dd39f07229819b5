import type { Json, JsonObject } from './message.ts'
import { isJsonObject } from './json-object.ts'

const CATEGORIES_MAX = 100
const CATEGORY_CHARACTERS_MAX = 200

/**
 * The categories that somebody agrees to, sorted, by what a message says of it; null where it says nothing. As at Segment, a
 * category that is missing where others are named, or that says anything but true, is not agreed to. RudderStack's clients
 * list those that are allowed instead.
 */
export function grantedConsent({
  consent,
  consentManagement,
}: JsonObject): readonly string[] | null {
  const preferences = isJsonObject(consent) ? consent['categoryPreferences'] : undefined
  if (isJsonObject(preferences))
    return readable(Object.keys(preferences).filter((category) => preferences[category] === true))
  const allowed = isJsonObject(consentManagement)
    ? consentManagement['allowedConsentIds']
    : undefined
  return Array.isArray(allowed) ? readable(allowed) : null
}

/** What is no name of a category is agreed to by nobody. */
function readable(names: readonly Json[]): string[] {
  const found = names.filter(
    (name): name is string =>
      typeof name === 'string' &&
      name.trim() !== '' &&
      name.length <= CATEGORY_CHARACTERS_MAX &&
      name.isWellFormed() &&
      !/\p{Cc}/u.test(name),
  )
  return [...new Set(found)].toSorted().slice(0, CATEGORIES_MAX)
}
