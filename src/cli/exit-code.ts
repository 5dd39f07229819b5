import type { RollcallError } from '../core/error.ts'
import { assertNever } from '../core/exhaustive.ts'
import { EXIT, type ExitCode } from './cli.ts'

/** Names of what is wrong with the command line or the file, rather than with the world around them. */
const WRONG_AREAS: ReadonlySet<string> = new Set(['usage', 'definition', 'audience'])

/** What a failure means for the exit code of the command that met it. */
export function exitCodeOf({ code, next }: RollcallError): ExitCode {
  if (WRONG_AREAS.has(code.split('/')[0] ?? '')) return EXIT.wrong
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
