import { isWritten, type Written } from '../core/audience/written.ts'
import type { WrittenFile } from './written-file.ts'

/**
 * What an audience stands on, in words, if that does not declare something that a model can declare. Null where it does; where
 * the model is the one of the people, which has everything; and where it is not there, which was told already.
 */
export function groundWithout(
  declared: 'history' | 'accounts',
  key: string,
  audience: Written,
  { models }: WrittenFile['raw'],
): string | null {
  const name = audience['model']
  if (typeof name !== 'string') return `The select of the audience "${key}"`
  const model = models[name]
  return isWritten(model) && model[declared] === undefined ? `The model "${name}"` : null
}
