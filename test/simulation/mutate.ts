import { registerHooks } from 'node:module'
import { MUTANTS } from './mutants.ts'

const root = new URL('../../', import.meta.url).href

/** Makes the modules that are loaded from now on read as they would without one rule. The files stay as they are. */
export function loadWithout(rule: string): void {
  const mutant = MUTANTS.find((one) => one.rule === rule)
  if (mutant === undefined) throw new Error(`There is no rule "${rule}"`)
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      if (url !== root + mutant.file) return loaded
      const text = loaded.source?.toString() ?? ''
      if (text.split(mutant.find).length !== 2)
        throw new Error(`The rule "${rule}" is not to be found once in ${mutant.file}`)
      return { ...loaded, source: text.replace(mutant.find, () => mutant.replace) }
    },
  })
}
