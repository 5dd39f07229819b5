import { styleText } from 'node:util'
import { CommanderError } from 'commander'
import { RollcallError } from '../core/error.ts'
import { EXIT, type Cli, type ExitCode } from './cli.ts'
import { exitCodeOf } from './exit-code.ts'
import { InvalidDefinition } from './invalid-definition.ts'
import { mistakesText } from './text/mistakes-text.ts'
import { moment } from './text/numbers.ts'

export interface PrintOptions {
  readonly json: boolean
  readonly debug: boolean
}

/** Tells a failure to a person, and to a machine with `--json`. @returns the exit code that it means */
export function printError(error: unknown, cli: Cli, { json, debug }: PrintOptions): ExitCode {
  if (error instanceof CommanderError) return usage(error, cli, json)
  if (error instanceof InvalidDefinition) {
    const { file, mistakes } = error
    if (json)
      cli.out(
        {
          error: {
            code: 'definition/mistakes',
            message: error.message,
            remedy: 'Correct them; each says how',
            next: 'act',
            until: null,
            mistakes,
          },
        },
        true,
        String,
      )
    else cli.note(mistakesText(file, mistakes))
    return EXIT.wrong
  }
  if (error instanceof RollcallError) {
    const { code, message, remedy, next, until } = error
    if (json)
      cli.out({ error: { code, message, remedy, next, until: until ?? null } }, true, String)
    cli.note(errorText(error))
    if (debug) cli.note(String(error.stack))
    return exitCodeOf(error)
  }
  const message = error instanceof Error ? error.message : String(error)
  if (json)
    cli.out(
      { error: { code: 'unexpected', message, remedy: REPORT, next: 'retry', until: null } },
      true,
      String,
    )
  const red = styleText('red', '✗', { stream: process.stderr })
  cli.note(`${red} Unexpected: ${message}\n  → ${REPORT}`)
  if (debug && error instanceof Error) cli.note(String(error.stack))
  return EXIT.failed
}

const REPORT = 'This is a defect of Rollcall: run it again with --debug and report what it prints'

function errorText({ message, remedy, code, until }: RollcallError): string {
  const red = styleText('red', '✗', { stream: process.stderr })
  const name = styleText('dim', `[${code}]`, { stream: process.stderr })
  const time = until === undefined ? '' : `\n  until ${moment(until)}`
  return `${red} ${message} ${name}${time}\n  → ${remedy}`
}

/** Commander has printed its own sentence, with the nearest word, or the help that was asked for. */
function usage({ exitCode, code, message }: CommanderError, cli: Cli, json: boolean): ExitCode {
  if (exitCode === 0) return EXIT.done
  if (json)
    cli.out(
      {
        error: {
          code: `usage/${code.replace('commander.', '')}`,
          message: code === 'commander.help' ? 'A command is missing' : message,
          remedy: 'See rollcall --help, or --help after a command',
          next: 'act',
          until: null,
        },
      },
      true,
      String,
    )
  return EXIT.wrong
}
