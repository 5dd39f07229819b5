// Loaded before a story's file: the code that it examines then reads as it would without the rule that WITHOUT_RULE names.
import { loadWithout } from '../simulation/mutate.ts'

const { WITHOUT_RULE: rule } = process.env
if (rule === undefined) throw new Error('WITHOUT_RULE names no rule')
loadWithout(rule)
