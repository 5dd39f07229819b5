import type { Path, Report } from '../core/audience/mistake.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { checkRelation, checkSelect, entriesOf } from './relation-references.ts'
import { RELATION_KEYS } from './schema.ts'
import type { WrittenFile } from './written-file.ts'

/** The relations that a model, or another relation, declares. */
export function checkRelations(relations: unknown, path: Path, report: Report): void {
  if (!isWritten(relations)) return
  for (const [name, relation] of entriesOf(relations)) {
    const here = [...path, name]
    checkSelect(relation['sql'], [...here, 'sql'], report)
    checkRelation(`The relation "${name}"`, relation, RELATION_KEYS, here, report)
    checkRelations(relation['relations'], [...here, 'relations'], report)
  }
}

const relationsOf = (declared: unknown): Written => {
  const relations: unknown = isWritten(declared) ? declared['relations'] : undefined
  return isWritten(relations) ? relations : {}
}

/** Every relation that a tree names is declared where the tree stands; as it is written, since mistakes elsewhere move the rest. */
function checkNames(written: unknown, declared: unknown, path: Path, report: Report): void {
  if (Array.isArray(written)) {
    for (const [index, item] of written.entries())
      checkNames(item, declared, [...path, index], report)
    return
  }
  if (!isWritten(written)) return
  const name = written['related']
  if (typeof name !== 'string') {
    for (const [key, value] of Object.entries(written))
      checkNames(value, declared, [...path, key], report)
    return
  }
  const relations = relationsOf(declared)
  if (!Object.hasOwn(relations, name)) {
    reportNoRelation(name, Object.keys(relations), [...path, 'related'], report)
    return
  }
  checkNames(written['where'], relations[name], [...path, 'where'], report)
}

function reportNoRelation(
  name: string,
  known: readonly string[],
  path: Path,
  report: Report,
): void {
  const nearest = nearestWord(name, known)
  report({
    path,
    atKey: false,
    message: `There is no relation "${name}" here`,
    expected:
      known.length === 0 ? 'a relation that the model declares' : `one of ${known.join(', ')}`,
    ...(nearest === undefined ? {} : { nearest }),
    remedy:
      nearest === undefined
        ? `Declare it at the model: relations: { ${name}: { table, key } }`
        : `Write "${nearest}"`,
  })
}

/** Conditions over related rows need relations that are declared. */
export function checkRelated({ raw }: WrittenFile, report: Report): void {
  for (const [key, audience] of entriesOf(raw.audiences)) {
    const model = audience['model']
    const declared = typeof model === 'string' ? raw.models[model] : {}
    if (declared === undefined) continue
    checkNames(audience['where'], declared, ['audiences', key, 'where'], report)
  }
}
