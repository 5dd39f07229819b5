import type { Report } from '../core/audience/mistake.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { isWritten } from '../core/audience/written.ts'
import { namedBy } from './audience-uses.ts'
import { entriesOf } from './relation-references.ts'
import type { WrittenFile } from './written-file.ts'

/** What people agreed to is asked for where the model says which column tells it. */
export function checkConsent({ raw }: WrittenFile, report: Report): void {
  for (const [key, audience] of entriesOf(raw.audiences)) {
    const model = typeof audience['model'] === 'string' ? raw.models[audience['model']] : {}
    if (!isWritten(model)) continue
    const consent: unknown = model['consent']
    const declared = isWritten(consent) ? Object.keys(consent) : []
    for (const { name, path } of namedBy('consent', audience['where'], [
      'audiences',
      key,
      'where',
    ])) {
      if (typeof name !== 'string' || declared.includes(name)) continue
      const nearest = nearestWord(name, declared)
      report({
        path,
        atKey: false,
        message: `The model declares no consent to "${name}"`,
        expected:
          declared.length === 0
            ? 'a consent that the model declares'
            : `one of ${declared.join(', ')}`,
        ...(nearest === undefined ? {} : { nearest }),
        remedy:
          nearest === undefined
            ? `Say at the model which column tells it: consent: { ${name}: column }`
            : `Write "${nearest}"`,
      })
    }
  }
}
