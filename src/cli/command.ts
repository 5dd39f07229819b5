import { Command } from 'commander'
import type { CommonOptions } from './cli.ts'

const FILE_DEFAULT = 'rollcall.yaml'

interface Help {
  /** Command lines with what each is for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[]
  /** What the exit codes other than 0 mean here. */
  readonly exits: Readonly<Partial<Record<1 | 2 | 3, string>>>
}

/** A command with the options that all have, and with help that ends in examples and exit codes. */
export function newCommand(name: string, summary: string, { examples, exits }: Help): Command {
  return withCommonOptions(
    new Command(name).description(`${summary}.`).summary(summary),
  ).addHelpText('after', `\n${exampleText(examples)}\n\n${exitText(exits)}`)
}

/** A command that only holds others. */
export function newGroup(name: string, summary: string): Command {
  return withCommonOptions(new Command(name).description(`${summary}.`).summary(summary))
}

function withCommonOptions(command: Command): Command {
  return command
    .helpOption('-h, --help', 'show this help')
    .option('-f, --file <path>', `the definition file (default: ${FILE_DEFAULT})`)
    .option('--json', 'print the result as one JSON document')
    .option('--debug', 'print the stack of an unexpected error')
}

/** The common options as given to the command or to one above it. */
export function commonOptions(command: Command): CommonOptions {
  const { file, json } = command.optsWithGlobals<{ file?: string; json?: boolean }>()
  return { file: file ?? FILE_DEFAULT, json: json ?? false }
}

function exampleText(examples: Help['examples']): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, purpose]) => `  ${line.padEnd(width)}  ${purpose}`)
  return ['Examples:', ...lines].join('\n')
}

function exitText(exits: Help['exits']): string {
  const lines = Object.entries(exits).map(([code, meaning]) => `  ${code}  ${meaning}`)
  return ['Exit codes:', '  0  done', ...lines].join('\n')
}
