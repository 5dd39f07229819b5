import { registerHooks } from 'node:module'
import { TOLD_MUTANTS } from '../schedule/mutants.ts'
import { changesOf, MUTANTS, type Change } from './mutants.ts'

const root = new URL('../../', import.meta.url).href

/** Makes the modules that are loaded from now on read as they would without one rule. The files stay as they are. */
export function loadWithout(rule: string): void {
  const mutant = [...MUTANTS, ...TOLD_MUTANTS].find((one) => one.rule === rule)
  if (mutant === undefined) throw new Error(`There is no rule "${rule}"`)
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      const changes = changesOf(mutant).filter(({ file }) => url === root + file)
      if (changes.length === 0) return loaded
      const { source = '' } = loaded
      const text =
        typeof source === 'string' ? source : new TextDecoder().decode(source ?? undefined)
      return { ...loaded, source: changes.reduce(changed, text) }
    },
  })
}

function changed(text: string, { file, find, replace }: Change): string {
  if (text.split(find).length !== 2) throw new Error(`Cannot find this once in ${file}: ${find}`)
  return text.replace(find, () => replace)
}
