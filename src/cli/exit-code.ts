import type { RollcallError } from '../core/error.ts'
import { assertNever } from '../core/exhaustive.ts'
import { EXIT, type ExitCode } from './cli.ts'

/** Names of what is wrong with the command line or the file, rather than with the world around them. */
const WRONG_AREAS: ReadonlySet<string> = new Set(['usage', 'definition', 'audience', 'model'])
/** A model's SQL is part of the file. */
const WRONG_CODES: ReadonlySet<string> = new Set(['source/sql', 'source/cast'])

/** What a failure means for the exit code of the command that met it, whichever it is. */
export function exitCodeOf({ code, next }: Pick<RollcallError, 'code' | 'next'>): ExitCode {
  if (WRONG_AREAS.has(code.split('/')[0] ?? '') || WRONG_CODES.has(code)) return EXIT.wrong
  switch (next) {
    case 'act':
      return EXIT.act
    case 'retry':
    case 'wait':
      return EXIT.failed
    default:
      return assertNever(next)
  }
}
