import { isCollection, isMap, isNode, isPair, isScalar, parseDocument, type Pair } from 'yaml'
import { RollcallError } from '../core/error.ts'

/**
 * The text of a definition file with one audience more, at the end of `audiences`. Everything else stays as it is, letter by
 * letter, comments too.
 * @param entry the audience as it stands under `audiences:`, ending with a line break
 * @throws RollcallError where the audiences are written so that nothing can be put behind them
 */
export function insertAudience(text: string, entry: string): string {
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`
  const { contents } = parseDocument(whole)
  const pair = isMap(contents)
    ? contents.items.find(({ key }) => isScalar(key) && key.value === 'audiences')
    : undefined
  if (pair === undefined) return `${whole}\naudiences:\n${indented(entry, '  ')}`
  const { at, indent } = endOf(pair, whole)
  return `${whole.slice(0, at)}${indented(entry, indent)}${whole.slice(at)}`
}

const indented = (entry: string, indent: string): string => entry.replaceAll(/^(?=.)/gm, indent)

/** Behind the last audience and the comments that belong to it. */
function endOf(pair: Pair, text: string): { readonly at: number; readonly indent: string } {
  const { value, key } = pair
  if (value === null || (isScalar(value) && value.value === null))
    return { at: lineAfter(text, rangeEnd(key)), indent: '  ' }
  const last = isCollection(value) && value.flow !== true ? value.items.at(-1) : undefined
  const first = isMap(value) ? value.items[0] : undefined
  if (!isPair(last) || first === undefined) throw unfit()
  const start = isNode(first.key) ? (first.key.range?.[0] ?? 0) : 0
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  if (indent.trim() !== '') throw unfit()
  let at = lineAfter(text, Math.max(rangeEnd(last.key), rangeEnd(last.value)))
  for (;;) {
    const next = nextLine(text, at)
    const line = text.slice(at, next)
    if (!line.startsWith(`${indent}  `) || !line.trimStart().startsWith('#')) return { at, indent }
    at = next
  }
}

const rangeEnd = (value: unknown): number => (isNode(value) ? (value.range?.[1] ?? 0) : 0)

/** Where the line after a place begins: there, when the place is a line's beginning itself. */
const lineAfter = (text: string, at: number): number =>
  at > 0 && text[at - 1] === '\n' ? at : nextLine(text, at)

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

const unfit = (): RollcallError =>
  new RollcallError('The audiences of the definition file are not written one below the other', {
    code: 'definition/no-place',
    next: 'act',
    remedy: 'Put the audience there by hand: without --write it is printed',
  })
