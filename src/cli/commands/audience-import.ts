import { existsSync, readFileSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { importAudience, writeAudience } from '../../app/import-audience.ts'
import { readDefinition } from '../../app/workspace.ts'
import { RollcallError } from '../../core/error.ts'
import { LANGUAGES, type Language } from '../../foreign/language.ts'
import { EXIT, type Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { InvalidDefinition } from '../invalid-definition.ts'
import { importNotes } from '../text/import-text.ts'
import { good } from '../text/paint.ts'
import { usageError } from '../usage-error.ts'

interface Options {
  readonly from?: Language
  readonly model: string
  readonly name?: string
  readonly partial?: boolean
  readonly write?: boolean
}

const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/

export function importAudienceCommand(cli: Cli): Command {
  return newCommand('import', 'Read an audience of Segment, Amplitude, PostHog or Dittofeed', {
    examples: [
      ['rollcall audience import cohort.json', 'prints it as YAML, to be put under "audiences"'],
      ['rollcall audience import query.txt --from segment --name big_spenders', 'a Segment query'],
      ['rollcall audience import cohort.json --write', 'puts it into the definition file'],
      ['rollcall audience import - < segment.json', 'reads what is piped in'],
    ],
    exits: {
      2: 'it cannot be read, or the command line or the definition is wrong',
      3: 'not all of it can be carried over: read what, and say --partial',
    },
  })
    .argument('<path>', 'a file with the definition, or - for what is piped in')
    .addOption(
      new Option('--from <product>', 'whose it is (default: told from the file)').choices(
        Object.keys(LANGUAGES),
      ),
    )
    .option('--model <model>', 'the model that it is over', 'profiles')
    .option('--name <key>', 'its key in the definition file (default: made of its name)')
    .option('--partial', 'also when it is another audience then')
    .option('--write', 'put it into the definition file instead of printing it')
    .action(async (path: string, options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      const { from = null, model, name: key = null, partial = false, write = false } = options
      if (key !== null && !KEY.test(key))
        throw usageError(
          `Cannot use "${key}" as a key`,
          'Write a letter, then letters, digits, _ or -',
        )
      const text = path === '-' ? await cli.readInput() : readInput(path)
      const audiences = knownAudiences(cli, file, write)
      const imported = importAudience({ path, text, from, model, key, audiences })
      const isWanted = imported.yaml !== null && (imported.complete || partial)
      if (isWanted && write) {
        if (audiences.has(imported.key))
          throw usageError(
            `There is an audience "${imported.key}" in ${file}`,
            'Choose another key with --name',
          )
        writeAudience(file, imported, cli.surroundings.env)
      }
      if (!isWanted) cli.exitWith(EXIT.act)
      if (json) {
        cli.out({ ...imported, yaml: isWanted ? imported.yaml : null }, json, String)
        return
      }
      cli.note(importNotes(imported, partial))
      if (!isWanted) return
      if (write) cli.note(`${good('✓')} Wrote "${imported.key}" into ${file}`)
      else cli.stdout.write(`audiences:\n${imported.yaml?.replaceAll(/^(?=.)/gm, '  ') ?? ''}`)
    })
}

function readInput(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new RollcallError(`Cannot read the file "${path}"`, {
      code: 'audience/missing-file',
      next: 'act',
      remedy: 'Check its name, and that this user may read it',
      cause: error,
    })
  }
}

/** The audiences of the definition file. Only what is written into a file needs one. */
function knownAudiences(cli: Cli, file: string, isNeeded: boolean): ReadonlySet<string> {
  if (!isNeeded && !existsSync(file)) return new Set()
  const loaded = readDefinition(file, cli.surroundings.env)
  if (loaded.kind === 'valid') return new Set(Object.keys(loaded.definition.audiences))
  if (isNeeded) throw new InvalidDefinition(file, loaded.mistakes)
  return new Set()
}
