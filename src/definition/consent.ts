import { z } from 'zod'
import type { Path, Report } from '../core/audience/mistake.ts'
import { isWritten } from '../core/audience/written.ts'
import type { ConsentSource } from '../core/consent-source.ts'
import type { Definition } from './definition.ts'
import * as leaves from './leaf.ts'

/** What the people of `profiles` may agree to, by purpose. */
export const consentSchema = z.record(
  z.string(),
  z.strictObject({
    category: leaves.text('the name of a consent category').optional(),
    trait: leaves.text('the name of a trait').optional(),
  }),
)

type WrittenConsent = z.output<typeof consentSchema>

const PURPOSE = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/

/** Reports purposes that cannot be the name of a column, or be told from another. */
export function checkPurposes(value: unknown, path: Path, report: Report): void {
  const seen = new Map<string, string>()
  for (const purpose of isWritten(value) ? Object.keys(value) : []) {
    const place = { path: [...path, purpose], atKey: true }
    if (!PURPOSE.test(purpose))
      report({
        ...place,
        message: `Cannot use "${purpose}" as a purpose`,
        expected: 'a letter, then letters, digits, _ or -, at most 100',
        remedy: 'Choose another word; what messages call it goes into "category"',
      })
    const other = seen.get(purpose.toLowerCase())
    if (other !== undefined)
      report({
        ...place,
        message: `The purposes "${other}" and "${purpose}" differ in capitals alone`,
        expected: 'purposes that differ in more than capitals',
        remedy: 'Rename one of them',
      })
    seen.set(purpose.toLowerCase(), purpose)
  }
}

/** A purpose that says nowhere to look goes by its own name among the categories. */
export function consentSources(written: WrittenConsent): Readonly<Record<string, ConsentSource>> {
  return Object.fromEntries(
    Object.entries(written).map(([purpose, { category, trait }]) => {
      const own = trait === undefined ? purpose : null
      return [purpose, { category: category ?? own, trait: trait ?? null }]
    }),
  )
}

/** Everything that somebody in the workspace can agree to. While there is none, nobody is asked. */
export function purposesOf({ models, consent }: Pick<Definition, 'models' | 'consent'>): string[] {
  const declared = Object.values(models).flatMap((model) => Object.keys(model.consent ?? {}))
  return [...new Set([...declared, ...Object.keys(consent)])]
}
