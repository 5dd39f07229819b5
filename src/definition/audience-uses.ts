import type { Path, Report } from '../core/audience/mistake.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { circlesIn } from './circles.ts'
import { fail } from './relation-references.ts'

/** A name of something, and where it stands. */
interface NameUse {
  readonly name: unknown
  readonly path: Path
}

/** What stands under one key anywhere in a tree; as it is written, since mistakes elsewhere in it move the rest. */
export function* namedBy(word: string, written: unknown, path: Path): Generator<NameUse> {
  if (Array.isArray(written)) {
    for (const [index, item] of written.entries()) yield* namedBy(word, item, [...path, index])
    return
  }
  if (!isWritten(written)) return
  for (const [key, value] of Object.entries(written)) {
    if (key === word) yield { name: value, path: [...path, key] }
    else yield* namedBy(word, value, [...path, key])
  }
}

/** Every audience that another one excludes or asks about. */
export function audienceUses(audience: Written, path: Path): readonly NameUse[] {
  const exclude: unknown = audience['exclude']
  const excluded = Array.isArray(exclude) ? exclude.entries() : []
  return [
    ...[...excluded].map(([index, name]) => ({ name, path: [...path, 'exclude', index] })),
    ...namedBy('member_of', audience['where'], [...path, 'where']),
  ]
}

/** Reports each circle of audiences once, where the one that comes first in the file names the next. */
export function checkCircles(audiences: Written, report: Report): void {
  const usesOf = (key: string): readonly NameUse[] => {
    const audience = audiences[key]
    return isWritten(audience) ? audienceUses(audience, ['audiences', key]) : []
  }
  const named = (key: string): readonly string[] =>
    usesOf(key).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  for (const circle of circlesIn(Object.keys(audiences), named)) {
    const [first = '', second] = circle
    fail(
      report,
      usesOf(first).find(({ name }) => name === second)?.path ?? ['audiences', first],
      `These audiences are made of each other in a circle: ${circle.join(' → ')}`,
      'audiences without a circle',
      'Take one of them out of an "exclude" or a "member_of"',
    )
  }
}
