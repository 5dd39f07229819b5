import type { Path, WrittenMistake } from './mistake.ts'
import { nearestWord } from './nearest-word.ts'
import { oneOf } from './one-of.ts'

/** A trait that is named and is not there, with the nearest. @param whose as in `model "customers" has` */
export function missingTrait(
  trait: string,
  path: Path,
  whose: string,
  known: readonly string[],
): WrittenMistake {
  const nearest = nearestWord(trait.split('.')[0] ?? trait, known)
  const mistake = {
    path,
    atKey: false,
    message: `The ${whose} no column for the trait "${trait}"`,
    expected: oneOf(known),
    remedy: nearest === undefined ? 'Write a column that is there' : `Write "${nearest}"`,
  }
  return nearest === undefined ? mistake : { ...mistake, nearest }
}
