import type { ResolvedAudience } from '../core/audience/audience.ts'
import type { Mapping } from '../sql/fingerprint.ts'
import type { OpenAudience } from './open-audience.ts'

/** Makes all columns of Rollcall's people ready to be read. */
export async function widenPeople({ narrow }: Pick<OpenAudience, 'narrow'>): Promise<void> {
  await narrow?.(() => true)
}

/**
 * Leaves of the columns of Rollcall's people those alone that an audience or a mapping can name, before anybody is asked about; for
 * statements that name what they read. What
 * is named is told by the text, so a word that only looks like a column costs that column.
 */
export async function narrowPeople(
  { audience, narrow }: Pick<OpenAudience, 'audience' | 'narrow'>,
  mapping: Mapping,
): Promise<void> {
  if (narrow === null) return
  const written = writtenOf(audience)
  if (written.readsByHand) return
  const text = `${written.text}${JSON.stringify(mapping)}`.toLowerCase()
  await narrow((column) => text.includes(JSON.stringify(column).slice(1, -1).toLowerCase()))
}

/** Everything that an audience says, and whether SQL of its author asks for the people: then any column may be meant. */
function writtenOf(audience: ResolvedAudience): { text: string; readsByHand: boolean } {
  let readsByHand = false
  const text = JSON.stringify(audience, (name, value: unknown) => {
    if (name === 'sql' && /profiles/i.test(String(value))) readsByHand = true
    // The keys in files are no columns, and may be a million.
    return name === 'lists' ? undefined : value
  })
  return { text, readsByHand }
}
