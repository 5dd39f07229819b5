import { nearestWord } from '../core/audience/nearest-word.ts'
import type { Report } from '../core/audience/mistake.ts'
import { isWritten } from '../core/audience/written.ts'
import { circlesIn } from './circles.ts'
import { modelOfTrait, usesOfTrait } from './computed-traits.ts'
import { PEOPLE_COLUMNS, PEOPLE_MODEL, withPeople } from './people-model.ts'
import { fail } from './relation-references.ts'
import type { WrittenFile } from './written-file.ts'

/** Computed traits stand on a model with events, have a name of their own there, and are not made of themselves. */
export function checkComputedTraits(file: WrittenFile, report: Report): void {
  const { raw, computedTraits } = file
  for (const [name, written] of Object.entries(raw.computed_traits)) {
    checkModel(name, modelOfTrait(written), file, report)
    if (name.includes('.')) {
      const message = `Cannot use "${name}" as the name of a trait: a point leads into a column`
      fail(report, ['computed_traits', name], message, 'a name without a point', 'Write _ for it')
    }
    if (modelOfTrait(written) !== PEOPLE_MODEL || raw.models[PEOPLE_MODEL] !== undefined) continue
    if (!PEOPLE_COLUMNS.includes(name.toLowerCase())) continue
    const message = `The model "${PEOPLE_MODEL}" has a column "${name}" already`
    const expected = `another name than ${PEOPLE_COLUMNS.join(', ')}`
    fail(report, ['computed_traits', name], message, expected, 'Choose another name')
  }
  const uses = (name: string): readonly string[] => usesOfTrait(name, computedTraits)
  for (const circle of circlesIn(Object.keys(computedTraits), uses)) {
    const message = `These computed traits are made of each other in a circle: ${circle.join(' → ')}`
    const path = ['computed_traits', circle[0] ?? '']
    const remedy = 'Take one of them out of a "where" or a "from"'
    fail(report, path, message, 'computed traits without a circle', remedy)
  }
}

function checkModel(trait: string, model: unknown, { raw }: WrittenFile, report: Report): void {
  const models = withPeople(raw.models)
  const path = ['computed_traits', trait, 'model']
  if (typeof model !== 'string' || !Object.hasOwn(models, model)) {
    const known = Object.keys(models)
    const nearest = typeof model === 'string' ? nearestWord(model, known) : undefined
    report({
      path,
      atKey: false,
      message: `There is no model "${String(model)}"`,
      expected: `one of ${known.join(', ')}`,
      ...(nearest === undefined ? {} : { nearest }),
      remedy: nearest === undefined ? 'Declare it under "models:"' : `Write "${nearest}"`,
    })
    return
  }
  const declared = raw.models[model]
  if (!isWritten(declared) || declared['events'] !== undefined) return
  const message = `The model "${model}" has no events`
  const remedy = 'Say at the model where they are: events: [{ table, person, name, time }]'
  fail(report, path, message, 'a model with "events:"', remedy)
}
