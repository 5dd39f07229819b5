import { stringify } from 'yaml'
import type { ImportedAudience } from '../../app/import-audience.ts'
import type { Note } from '../../foreign/assemble.ts'
import { LANGUAGES } from '../../foreign/language.ts'
import { bad, bold, careful, dim, good } from './paint.ts'

const KINDS = {
  'left-out': { sign: bad('✗'), title: 'Not carried over' },
  changed: { sign: careful('!'), title: 'Carried over with another meaning' },
  check: { sign: dim('·'), title: 'Carried over; to be looked at' },
} as const

/** What was not carried over as it stood, the gravest first, and what follows from it. */
export function importNotes(
  { language, notes, yaml, complete }: ImportedAudience,
  partial: boolean,
): string {
  const parts = (['left-out', 'changed', 'check'] as const).flatMap((kind) => {
    const some = notes.filter((note) => note.kind === kind)
    const { sign, title } = KINDS[kind]
    return some.length === 0 ? [] : [`${sign} ${bold(title)}`, ...some.map(noteText)]
  })
  return [...parts, outcome(LANGUAGES[language], yaml !== null, complete, partial)].join('\n')
}

function noteText({ place, source, reason, written, effect }: Note): string {
  return [
    `  ${[place, dim(source)].filter((part) => part !== '').join('  ')}`,
    `    ${reason}`,
    ...(written === null ? [] : [`    written   ${inOneLine(written)}`]),
    ...(effect === null ? [] : [`    left out  the audience has ${effect} for it`]),
  ].join('\n')
}

const inOneLine = (written: Note['written']): string =>
  stringify(written, { collectionStyle: 'flow', lineWidth: 0 }).trim()

function outcome(
  product: string,
  isAnything: boolean,
  complete: boolean,
  partial: boolean,
): string {
  if (!isAnything) return `${bad('✗')} Nothing of the ${product} definition can be written here`
  if (complete) return `${good('✓')} All of the ${product} definition was carried over`
  return partial
    ? `${careful('!')} The audience is not the one that ${product} has`
    : `${bad('✗')} Nothing was written: this would be another audience than the one that ${product} has.\n  → To have it nevertheless, add --partial`
}
