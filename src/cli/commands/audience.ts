import { Option, type Command } from 'commander'
import { listAudiences, type ListedAudience } from '../../app/audiences.ts'
import { explain } from '../../app/explain.ts'
import { exportAudience, type ExportFormat } from '../../app/export.ts'
import { overlap } from '../../app/overlap.ts'
import { preview } from '../../app/preview.ts'
import { sizeOverTime } from '../../app/size-over-time.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand, newGroup } from '../command.ts'
import { countProgress } from '../count-progress.ts'
import { readDays, readNow } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { explanationText } from '../text/explanation-text.ts'
import { overlapText } from '../text/overlap-text.ts'
import { bold, dim } from '../text/paint.ts'
import { previewText } from '../text/preview-text.ts'
import { sizeOverTimeText } from '../text/size-over-time-text.ts'
import { columns } from '../text/table.ts'
import { visible } from '../text/visible.ts'
import { usageError } from '../usage-error.ts'
import { writeLines } from '../write-lines.ts'
import { importAudienceCommand } from './audience-import.ts'

interface AskedOf {
  readonly sync?: string
  readonly now?: string
}

export function audienceCommand(cli: Cli): Command {
  return newGroup('audience', SUMMARIES.audience)
    .addCommand(listCommand(cli))
    .addCommand(previewCommand(cli))
    .addCommand(explainCommand(cli))
    .addCommand(exportCommand(cli))
    .addCommand(importAudienceCommand(cli))
}

/** What the commands about one audience take. */
function about(command: Command): Command {
  return command
    .argument('<audience>', 'its key in the definition file')
    .option('--sync <sync>', 'go by the mapping of this sync (default: the first of the audience)')
    .option('--now <moment>', 'evaluate as of this moment')
}

function asked({ sync, now }: AskedOf, cli: Cli): { sync: string | null; now: number } {
  return { sync: sync ?? null, now: readNow(now, cli.surroundings.world.now()) }
}

const EXITS = {
  2: 'the command line or the definition is wrong',
  3: 'the source cannot be read as it is',
} as const

function listCommand(cli: Cli): Command {
  return newCommand('list', 'List the audiences, who is in them in plain words, and their syncs', {
    examples: [['rollcall audience list', 'all audiences of the definition file']],
    exits: EXITS,
  }).action(async (_options: object, command: Command) => {
    const { file, json } = commonOptions(command)
    await using workspace = await cli.openWorkspace(file)
    cli.out({ audiences: listAudiences(workspace.definition) }, json, listText)
  })
}

function listText({ audiences }: { readonly audiences: readonly ListedAudience[] }): string {
  if (audiences.length === 0) return 'There is no audience yet: add one under "audiences"'
  const lines = audiences.map(({ audience, name, model, syncs, sentence }) => [
    bold(audience),
    visible(name),
    `of ${model}`,
    syncs.length === 0 ? dim('no sync') : `→ ${syncs.join(', ')}`,
    dim(sentence),
  ])
  return columns(lines, [], '')
}

interface PreviewOptions extends AskedOf {
  readonly all?: boolean
  readonly overlap?: readonly string[]
  readonly over?: string
}

function previewCommand(cli: Cli): Command {
  const command = newCommand('preview', 'Show what an audience comes to before anything is sent', {
    examples: [
      [
        'rollcall audience preview big_spenders',
        'size, how many meet each condition, coverage of each match key, what is missing',
      ],
      ['rollcall audience preview big_spenders --overlap lapsed', 'how many are in both'],
      ['rollcall audience preview big_spenders --over 30d', 'how large it was on each of 30 days'],
      [
        'rollcall audience preview big_spenders --all',
        'looks at everybody, not at a sample of 200,000',
      ],
    ],
    exits: EXITS,
  })
  return about(command)
    .option('--all', 'look at everybody, however many they are')
    .addOption(
      new Option('--overlap <audiences...>', 'show what it has in common with these instead'),
    )
    .addOption(
      new Option(
        '--over <duration>',
        'show its size over the last days instead, such as 30d',
      ).conflicts('overlap'),
    )
    .action(async (audience: string, options: PreviewOptions, own: Command) => {
      const { file, json } = commonOptions(own)
      const wanted = asked(options, cli)
      const days = options.over === undefined ? null : readDays(options.over)
      await using workspace = await cli.openWorkspace(file)
      if (options.overlap !== undefined) {
        const found = await overlap(workspace, audience, options.overlap, wanted.now)
        return cli.out(found, json, overlapText)
      }
      if (days !== null) {
        const progress = countProgress(cli, audience, ['evaluation', 'evaluations'])
        try {
          const over = { now: wanted.now, days }
          const found = await sizeOverTime(workspace, audience, over, progress.tell)
          progress.stop()
          return cli.out(found, json, sizeOverTimeText)
        } finally {
          progress.stop()
        }
      }
      const most = options.all === true ? Infinity : undefined
      return cli.out(await preview(workspace, audience, wanted, most), json, previewText)
    })
}

function explainCommand(cli: Cli): Command {
  const command = newCommand('explain', 'Show why one person is or is not in an audience', {
    examples: [
      [
        'rollcall audience explain big_spenders c1042',
        'conditions, values, rows, what became of them',
      ],
      ['rollcall audience explain big_spenders c1042 --reveal', 'the same in clear'],
    ],
    exits: EXITS,
  })
  return about(command)
    .argument(
      '<person>',
      'the value of the model’s key column; of the people that Rollcall keeps also name=value, such as email=…',
    )
    .option('--reveal', 'show personal data in clear')
    .action(
      async (
        audience: string,
        person: string,
        options: AskedOf & { readonly reveal?: boolean },
        own: Command,
      ) => {
        const { file, json } = commonOptions(own)
        await using workspace = await cli.openWorkspace(file)
        const reveal = options.reveal ?? false
        const found = await explain(workspace, audience, person, { ...asked(options, cli), reveal })
        cli.out(found, json, explanationText)
      },
    )
}

function exportCommand(cli: Cli): Command {
  const command = newCommand('export', 'Print the members of an audience', {
    examples: [
      [
        'rollcall audience export big_spenders > members.csv',
        'the members as their model has them',
      ],
      ['rollcall audience export big_spenders --hashed', 'the match rows as a sync sends them'],
      ['rollcall audience export big_spenders --json', 'one JSON document instead of lines'],
    ],
    exits: EXITS,
  })
  return about(command)
    .addOption(new Option('--format <format>', 'how to print them').choices(['csv', 'jsonl']))
    .option('--hashed', 'print match rows, as they are sent, instead of the model’s columns')
    .action(
      async (
        audience: string,
        options: AskedOf & { readonly format?: ExportFormat; readonly hashed?: boolean },
        own: Command,
      ) => {
        const { file, json } = commonOptions(own)
        const hashed = options.hashed ?? false
        if (json && options.format !== undefined)
          throw usageError(
            'Cannot print one JSON document in another format',
            'Write either --json or --format',
          )
        await using workspace = await cli.openWorkspace(file)
        cli.note(
          hashed
            ? 'A hash of an e-mail address or a phone number is still personal data.'
            : 'This is personal data in clear: keep it where only those may read it who must.',
        )
        const lines = exportAudience(workspace, audience, {
          ...asked(options, cli),
          hashed,
          format: options.format ?? (json ? 'jsonl' : 'csv'),
        })
        await writeLines(cli.stdout, json ? asDocument(audience, lines) : lines)
      },
    )
}

/** JSON lines as one JSON document, however many there are. */
async function* asDocument(
  audience: string,
  chunks: AsyncIterable<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  // Written with the first members: a failure before them is then the only document.
  let before = `{"audience":${JSON.stringify(audience)},"members":[\n`
  for await (const lines of chunks)
    if (lines.length > 0) {
      yield [before + lines.join(',\n')]
      before = ','
    }
  yield [before === ',' ? ']}' : `${before}]}`]
}
