import { counted } from '../core/counted.ts'
import type { Cli } from './cli.ts'
import { bar } from './progress.ts'
import { visible } from './text/visible.ts'

/** Tells how much of something is done: one line that moves on a terminal, nothing elsewhere. */
export function countProgress(
  { isTerminal, stderr }: Pick<Cli, 'isTerminal' | 'stderr'>,
  title: string,
  [one, many]: readonly [one: string, many: string],
): { readonly tell: (done: number, whole: number) => void; readonly stop: () => void } {
  const write = (text: string): void => {
    if (isTerminal) stderr.write(`\r\u001b[2K${text}`)
  }
  return {
    tell: (done, whole) => {
      const text = `${done.toLocaleString('en')} of ${counted(whole, one, many)}`
      write(`${visible(title)}  ${bar(done, whole)}${text}`)
    },
    stop: () => {
      write('')
    },
  }
}
