import { basename } from 'node:path'
import type { Command } from 'commander'
import { importFile, type ImportReport, type NotTaken } from '../../app/import-file.ts'
import { count, counted, people, rows } from '../../core/counted.ts'
import { ROW_FAULTS } from '../../people/import/row-message.ts'
import { TURNED_AWAY } from '../../people/read-traits.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { countProgress } from '../count-progress.ts'
import { SUMMARIES } from '../summaries.ts'
import { bold, dim, good } from '../text/paint.ts'
import { columns } from '../text/table.ts'

interface Options {
  readonly source?: string
  readonly map: readonly string[]
  readonly event?: string
  readonly onlyMapped?: boolean
}

const REASONS = { ...TURNED_AWAY, ...ROW_FAULTS }

export function importCommand(cli: Cli): Command {
  return newCommand('import', SUMMARIES.import, {
    examples: [
      [
        'rollcall import customers.csv --map user_id=customer_id',
        'people: every other column is a trait',
      ],
      [
        'rollcall import orders.parquet --event "Order Completed" --map user_id=customer --map time=ordered_at',
        'events: every other column is a property',
      ],
      [
        'rollcall import works_at.csv --map user_id=customer --map group_id=company',
        'accounts: who belongs to which; every other column is a trait of the account',
      ],
      ['rollcall import log.jsonl', 'a column "event" says which event a row is'],
    ],
    exits: {
      2: 'the columns cannot be meant so, or the definition is wrong',
      3: 'the file cannot be read',
    },
  })
    .argument('<path>', 'a CSV, Parquet, JSON or JSON lines file')
    .option('--source <name>', 'what the data is said to come from (default: the name of the file)')
    .option(
      '--map <target=column>',
      'what a column is: user_id, anonymous_id, group_id, event, time, id, traits, properties, context, trait.NAME, property.NAME, external.TYPE; repeatable',
      (value: string, before: readonly string[]) => [...before, value],
      [] as readonly string[],
    )
    .option('--event <name>', 'every row is this event')
    .option('--only-mapped', 'leave out columns that are not named')
    .addHelpText(
      'after',
      '\nAn import that was ended goes on where it was when it is called again in the same way; a file that is through is not taken in twice.',
    )
    .action(async (path: string, options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      await using workspace = await cli.openWorkspace(file)
      const progress = countProgress(cli, `Importing ${basename(path)}`, ['row', 'rows'])
      const wish = {
        map: options.map,
        event: options.event ?? null,
        onlyMapped: options.onlyMapped ?? false,
      }
      const source = options.source ?? basename(path).replace(/\.[^.]*$/, '')
      try {
        const report = await importFile(workspace, path, source, wish, progress.tell)
        progress.stop()
        cli.out(report, json, reportText)
      } catch (error) {
        progress.stop()
        throw error
      }
    })
}

function reportText({ path, ...report }: ImportReport): string {
  const taken = report.rows - report.before
  if (taken === 0 && report.rows > 0)
    return `${good('✓')} ${bold(basename(path))} was imported before, all ${rows(report.rows)} of it; nothing changed`
  const earlier = report.before === 0 ? '' : dim(` (${count(report.before)} were taken in before)`)
  return [
    `${good('✓')} ${bold(basename(path))}  ${rows(taken)}${earlier}`,
    `  ${counted(report.events, 'event', 'events')}, ${people(report.newPeople)} new, ${count(report.mergedPeople)} merged into others`,
    ...(report.notTaken.length === 0 ? [] : [notTakenText(report.notTaken)]),
    dim('  Audiences over them: model: profiles'),
  ].join('\n')
}

const notTakenText = (list: readonly NotTaken[]): string =>
  columns(
    list.map(({ reason, count: times, rows: where }) => [
      count(times),
      `${REASONS[reason]}${where.length === 0 ? '' : ` (row ${where.join(', ')}${times > where.length ? ' …' : ''})`}`,
    ]),
    [0],
  )
