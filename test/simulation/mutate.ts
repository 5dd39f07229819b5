import { registerHooks } from 'node:module'
import { changesOf, MUTANTS } from './mutants.ts'

const root = new URL('../../', import.meta.url).href

/** Makes the modules that are loaded from now on read as they would without one rule. The files stay as they are. */
export function loadWithout(rule: string): void {
  const mutant = MUTANTS.find((one) => one.rule === rule)
  if (mutant === undefined) throw new Error(`There is no rule "${rule}"`)
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      const change = changesOf(mutant).find(({ file }) => url === root + file)
      if (change === undefined) return loaded
      const { source = '' } = loaded
      const text =
        typeof source === 'string' ? source : new TextDecoder().decode(source ?? undefined)
      if (text.split(change.find).length !== 2)
        throw new Error(`The rule "${rule}" is not to be found once in ${change.file}`)
      return { ...loaded, source: text.replace(change.find, () => change.replace) }
    },
  })
}
