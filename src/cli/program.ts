import { Command } from 'commander'
import type { Cli } from './cli.ts'
import { SUMMARIES, type CommandName } from './summaries.ts'

type MakeCommand = (cli: Cli) => Command

/** Each command's code is loaded when it is asked for, so that none of them waits for the others'. */
const LOADERS: Readonly<Record<CommandName, () => Promise<MakeCommand>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  sync: async () => (await import('./commands/sync.ts')).syncCommand,
  retire: async () => (await import('./commands/retire.ts')).retireCommand,
  erase: async () => (await import('./commands/erase.ts')).eraseCommand,
  compare: async () => (await import('./commands/compare.ts')).compareCommand,
  runs: async () => (await import('./commands/runs.ts')).runsCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  events: async () => (await import('./commands/events.ts')).eventsCommand,
  audience: async () => (await import('./commands/audience.ts')).audienceCommand,
  'match-key': async () => (await import('./commands/match-key.ts')).matchKeyCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  identity: async () => (await import('./commands/identity.ts')).identityCommand,
  definitions: async () => (await import('./commands/definitions.ts')).definitionsCommand,
  sandbox: async () => (await import('./commands/sandbox.ts')).sandboxCommand,
}

const GROUPS: Readonly<Record<CommandName, string>> = {
  init: 'Begin:',
  check: 'Begin:',
  doctor: 'Begin:',
  plan: 'Call the roll:',
  sync: 'Call the roll:',
  runs: 'Call the roll:',
  retire: 'Change hands:',
  erase: 'Change hands:',
  compare: 'Change hands:',
  serve: 'Collect:',
  events: 'Collect:',
  audience: 'Look closer:',
  'match-key': 'Look closer:',
  import: 'Collect:',
  identity: 'Collect:',
  definitions: 'Look closer:',
  sandbox: 'Try it out:',
}

const isCommandName = (word: string): word is CommandName => Object.hasOwn(SUMMARIES, word)

const COMMAND_NAMES = Object.keys(SUMMARIES).filter(isCommandName)

/** Options that stand before the command mean the same as after it. */
function commandFirst(words: readonly string[]): { name: string | undefined; rest: string[] } {
  const at = words.findIndex(
    (word, place) => !word.startsWith('-') && !['--file', '-f'].includes(words[place - 1] ?? ''),
  )
  const name = words[at]
  return name === undefined ? { name, rest: [...words] } : { name, rest: words.toSpliced(at, 1) }
}

/** Runs the command line. Throws what the command throws; a `CommanderError` for wrong usage and for help. */
export async function runProgram(words: readonly string[], cli: Cli): Promise<void> {
  const { name, rest } = commandFirst(words)
  const program = new Command('rollcall')
    .description('Keeps Custom Audiences at Meta in step with your own data.')
    .helpOption('-h, --help', 'show this help; also after a command')
    .option('-V, --version', 'show the version')
    .helpCommand(false)
    .showHelpAfterError('(rollcall --help lists all commands)')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
  const asked = name === 'help' ? rest.find(isCommandName) : name
  for (const known of COMMAND_NAMES) {
    const command =
      known === asked ? (await LOADERS[known]())(cli) : new Command(known).summary(SUMMARIES[known])
    program.addCommand(command.helpGroup(GROUPS[known]))
  }
  const json = rest.includes('--json')
  if (name === undefined && rest.includes('--version')) {
    const { default: about } = await import('../../package.json', { with: { type: 'json' } })
    cli.out({ version: about.version }, json, ({ version }) => version)
    return
  }
  const help: string[] = []
  prepared(program, cli, json ? (text) => help.push(text) : (text) => cli.stdout.write(text))
  try {
    if (asked === undefined) program.outputHelp()
    else await program.parseAsync(name === 'help' ? [asked, '--help'] : [asked, ...rest], FROM_USER)
  } finally {
    if (help.length > 0) cli.out({ help: help.join('') }, true, String)
  }
}

/** A command and those below it throw instead of ending the process, and write where the command line writes. */
function prepared(command: Command, cli: Cli, writeHelp: (text: string) => unknown): Command {
  for (const below of command.commands) prepared(below, cli, writeHelp)
  return command.exitOverride().configureOutput({
    writeOut: writeHelp,
    writeErr: (text) => cli.stderr.write(text),
  })
}

const FROM_USER = { from: 'user' } as const

const AFTER_HELP = `
A first roll call, into the sandbox that Rollcall brings along:
  rollcall init people.csv   writes rollcall.yaml
  rollcall plan              shows who would be sent, and who would not and why
  rollcall sync              sends

Every command takes --file, --json and --help. Exit codes: 0 done, 1 failed, 2 wrong usage or definition,
3 a person must act.
`
