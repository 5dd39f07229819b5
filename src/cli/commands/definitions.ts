import type { Command } from 'commander'
import { exportDefinition } from '../../definition/export.ts'
import { readDefinition } from '../../app/workspace.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand, newGroup } from '../command.ts'
import { InvalidDefinition } from '../invalid-definition.ts'
import { SUMMARIES } from '../summaries.ts'

export function definitionsCommand(cli: Cli): Command {
  const exporting = newCommand('export', 'Print the definition as YAML, every default spelt out', {
    examples: [['rollcall definitions export > full.yaml', 'what the file means, written out']],
    exits: { 2: 'the definition is wrong' },
  }).action((_options: object, command: Command) => {
    const { file, json } = commonOptions(command)
    const loaded = readDefinition(file, cli.surroundings.env)
    if (loaded.kind === 'invalid') throw new InvalidDefinition(file, loaded.mistakes)
    const { definition } = loaded
    // A file for files: printed to the letter, since YAML writes out by itself what a terminal would obey.
    if (json) cli.out({ file, definition }, json, String)
    else cli.stdout.write(`${exportDefinition(definition).trimEnd()}\n`)
  })
  return newGroup('definitions', SUMMARIES.definitions).addCommand(exporting)
}
