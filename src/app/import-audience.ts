import { readFileSync, writeFileSync } from 'node:fs'
import type { Condition } from '../core/audience/condition.ts'
import { describe } from '../core/audience/describe.ts'
import { writeCondition } from '../core/audience/write-condition.ts'
import type { Written } from '../core/audience/written.ts'
import { RollcallError } from '../core/error.ts'
import { loadDefinition } from '../definition/load.ts'
import type { Note } from '../foreign/assemble.ts'
import { importDefinition } from '../foreign/import-definition.ts'
import type { Language } from '../foreign/language.ts'
import { audienceYaml } from './audience-yaml.ts'
import { insertAudience } from './insert-audience.ts'
import { worldBeside } from './workspace.ts'

export interface ImportWish {
  /** What the definition is read from, for messages. */
  readonly path: string
  readonly text: string
  readonly from: Language | null
  readonly model: string
  /** The audience's key here; null: made of its name there. */
  readonly key: string | null
  /** The keys of the audiences that exist. */
  readonly audiences: ReadonlySet<string>
}

/** A foreign definition as an audience of ours. */
export interface ImportedAudience {
  readonly language: Language
  readonly key: string
  readonly name: string
  readonly model: string
  /** Null when nothing of it could be carried over. */
  readonly where: Written | null
  readonly sentence: string | null
  /** As it stands in a definition file; null as `where` is. */
  readonly yaml: string | null
  /** Nothing was left out, and nothing was written that means something else. */
  readonly complete: boolean
  readonly notes: readonly Note[]
}

/**
 * Reads the definition of an audience as another product writes it.
 * @throws RollcallError where it cannot be read
 */
export function importAudience(wish: ImportWish): ImportedAudience {
  const imported = importDefinition(wish.text, { language: wish.from, audiences: wish.audiences })
  if (imported.kind === 'unreadable') {
    const place = imported.place === '' ? '' : `:${imported.place}`
    throw new RollcallError(`${wish.path}${place}: ${imported.message}`, {
      code: 'audience/unreadable',
      next: 'act',
      remedy: 'Give the definition as the product’s API has it, and say whose it is with --from',
    })
  }
  const { language, condition, notes } = imported
  const key = wish.key ?? keyOf(imported.name)
  const name = imported.name ?? key
  return {
    language,
    key,
    name,
    model: wish.model,
    ...shown({ key, name, model: wish.model }, condition),
    complete: condition !== null && notes.every(({ kind }) => kind === 'check'),
    notes,
  }
}

function shown(
  about: Pick<ImportedAudience, 'key' | 'name' | 'model'>,
  where: Condition | null,
): Pick<ImportedAudience, 'where' | 'sentence' | 'yaml'> {
  if (where === null) return { where: null, sentence: null, yaml: null }
  return {
    where: writeCondition(where),
    sentence: describe(where),
    yaml: audienceYaml({ ...about, where }),
  }
}

const KEY_MAX = 60

/** A name as a key: `Big spenders` is `big_spenders`. */
function keyOf(name: string | null): string {
  const words = (name ?? '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const key = words.join('_').slice(0, KEY_MAX).replace(/_+$/, '')
  if (key === '') return 'imported'
  return /^[a-z]/.test(key) ? key : `audience_${key}`
}

/** Puts the audience behind the others of a definition file. @throws RollcallError where the file would not be in order then */
export function writeAudience(
  file: string,
  { key, yaml }: ImportedAudience,
  env: Readonly<Record<string, string | undefined>>,
): void {
  if (yaml === null) return
  const text = insertAudience(readFileSync(file, 'utf8'), yaml)
  const loaded = loadDefinition(text, worldBeside(file, env))
  if (loaded.kind === 'invalid') {
    const [mistake] = loaded.mistakes
    throw new RollcallError(
      `"${key}" does not fit into ${file}: ${mistake?.message ?? 'it would not be in order'}`,
      {
        code: 'definition/does-not-fit',
        next: 'act',
        remedy: `${mistake?.remedy ?? 'Put it there by hand'}. Nothing was written`,
      },
    )
  }
  writeFileSync(file, text)
}
