import type { Command } from 'commander'
import { compare, type Compared } from '../../app/compare.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { readNow } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { count } from '../../core/counted.ts'
import { share } from '../text/numbers.ts'
import { bold, dim } from '../text/paint.ts'
import { columns } from '../text/table.ts'

interface Options {
  readonly with: string
  readonly now?: string
  readonly reveal?: boolean
}

export function compareCommand(cli: Cli): Command {
  return newCommand('compare', SUMMARIES.compare, {
    examples: [
      [
        'rollcall compare vip_to_meta --with members.csv',
        'before --adopt merge or --adopt replace',
      ],
      ['rollcall compare vip_to_meta --with members.csv --reveal', 'samples in clear'],
    ],
    exits: {
      2: 'the command line or the definition is wrong',
      3: 'a file cannot be read, or has no identifiers',
    },
  })
    .argument('<sync>', 'the sync that is to take the audience over')
    .requiredOption('--with <file>', 'the people in it now: CSV, Parquet or JSON, plain or hashed')
    .option('--now <moment>', 'evaluate as of this moment')
    .option('--reveal', 'show the samples in clear')
    .action(async (sync: string, options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      await using workspace = await cli.openWorkspace(file)
      const compared = await compare(workspace, sync, {
        path: options.with,
        now: readNow(options.now, cli.surroundings.world.now()),
        reveal: options.reveal ?? false,
      })
      cli.out(compared, json, (result) => comparedText(result, options.with))
    })
}

const line = (name: string, number: number, whole: number, meaning: string): string[] => [
  name,
  count(number),
  share(number, whole),
  dim(meaning),
]

const sample = (name: string, values: readonly string[]): string[] =>
  values.length === 0 ? [] : [`  ${dim(`${name}, such as`)} ${values.join(', ')}`]

function comparedText(compared: Compared, file: string): string {
  const { sync, ours, erased, theirs, both, onlyOurs, onlyTheirs, samples } = compared
  const table = columns(
    [
      line('Both', both, ours, `of ours are in ${file} too`),
      line('Only ours', onlyOurs, ours, 'would be added'),
      line('Only theirs', onlyTheirs, theirs, 'stay with --adopt merge, go with --adopt replace'),
      ...(compared.unusableOurs > 0
        ? [line('No key, ours', compared.unusableOurs, ours, 'without a usable strong key')]
        : []),
      ...(erased > 0
        ? [line('Erased', erased, ours + erased, 'still in the source, never sent')]
        : []),
      ...(compared.unusableTheirs > 0
        ? [line('No key, file', compared.unusableTheirs, theirs, 'of the file’s lines have none')]
        : []),
    ],
    [1, 2],
  )
  return [
    `${bold(sync)} beside ${file} ${dim(`(compared by ${compared.columns.join(', ')})`)}`,
    table,
    ...sample('Only ours', samples.onlyOurs),
    ...sample('Only theirs', samples.onlyTheirs),
    dim('Nothing was sent.'),
  ].join('\n')
}
