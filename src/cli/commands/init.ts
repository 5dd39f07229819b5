import { relative } from 'node:path'
import type { Command } from 'commander'
import type { Choices } from '../../app/first-definition.ts'
import {
  readCountry,
  refuseExisting,
  writeExamplePeople,
  writeFirstDefinition,
} from '../../app/init.ts'
import { readPeopleFile, type PeopleFile } from '../../app/people-file.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { askChoices } from '../ask-choices.ts'
import { SUMMARIES } from '../summaries.ts'
import { count, counted, people as peopleCount, rows } from '../../core/counted.ts'
import { bold, careful, dim, good } from '../text/paint.ts'
import { columns } from '../text/table.ts'
import { usageError } from '../usage-error.ts'

interface Options {
  readonly yes?: boolean
  readonly phoneCountry?: string
}

/** What was written and what it was made of. */
interface Initialised {
  readonly file: string
  readonly people: string
  /** The people are made up and were written as well. */
  readonly example: boolean
  readonly rows: number
  readonly key: Choices['key']
  readonly mapping: Readonly<Record<string, readonly string[]>>
  readonly phoneCountry: string | null
  readonly phones: PeopleFile['phones']
  /** Columns that are mapped to EXTERN_ID and do not tell people apart. */
  readonly sharedIds: readonly string[]
  readonly next: readonly string[]
}

export function initCommand(cli: Cli): Command {
  return newCommand('init', SUMMARIES.init, {
    examples: [
      ['rollcall init people.csv', 'columns, key and mapping found by themselves'],
      ['rollcall init people.csv --yes --phone-country DE', 'asks nothing'],
      ['rollcall init', 'an example with a dozen made-up people'],
    ],
    exits: {
      2: 'the command line is wrong',
      3: 'the definition file is there already, or nothing in the file identifies people',
    },
  })
    .argument('[people]', 'a CSV, Parquet or JSON lines file; its first line names the columns')
    .option('-y, --yes', 'take what is proposed instead of asking')
    .option('--phone-country <country>', 'the country of phone numbers that do not say it')
    .action(async (path: string | undefined, options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      const given = countryOption(options.phoneCountry)
      refuseExisting(file)
      const peoplePath = path ?? writeExamplePeople(file)
      const people = await readPeopleFile(peoplePath)
      const proposed = { key: people.key, mapping: people.mapping, phoneCountry: given }
      const asks = cli.isTerminal && options.yes !== true && path !== undefined
      const choices = asks ? await askChoices(people, proposed) : proposed
      if (choices === null) throw usageError('Nothing was written', 'Run it again when you like')
      writeFirstDefinition(file, people, choices)
      cli.out(initialised(file, people, choices, path === undefined), json, initText)
    })
}

function countryOption(text: string | undefined): string | null {
  if (text === undefined) return null
  const country = readCountry(text)
  if (country !== undefined) return country
  throw usageError(
    `"${text}" is not a country`,
    'Write its two letters, such as GB for the United Kingdom',
  )
}

function initialised(
  file: string,
  people: PeopleFile,
  { key, mapping, phoneCountry }: Omit<Choices, 'folder'>,
  example: boolean,
): Initialised {
  const named = file === 'rollcall.yaml' ? '' : ` --file ${JSON.stringify(relative('.', file))}`
  return {
    file,
    people: people.path,
    example,
    rows: people.rows,
    key,
    mapping: Object.fromEntries(mapping),
    phoneCountry,
    phones: people.phones,
    sharedIds: (new Map(mapping).get('EXTERN_ID') ?? []).filter(
      (name) => !people.unique.includes(name),
    ),
    next: [
      `rollcall audience preview everyone${named}`,
      `rollcall plan${named}`,
      `rollcall sync${named}`,
    ],
  }
}

function initText(done: Initialised): string {
  const { file, people, example, next } = done
  const mapped = columns(
    Object.entries(done.mapping).map(([key, named]) => [bold(key), dim('from'), named.join(', ')]),
  )
  const wrote = example ? `${file} and ${people}, a dozen made-up people` : file
  return [
    `${good('✓')} Wrote ${wrote}`,
    `${dim(`  ${rows(done.rows)} in ${people}; people are told apart by`)} ${keyText(done.key)}`,
    mapped,
    ...warningTexts(done),
    [
      dim('Next, all into the sandbox:'),
      ...next.map((line, place) => `  ${line.padEnd(44)} ${dim(NEXT[place] ?? '')}`),
    ].join('\n'),
  ].join('\n')
}

const NEXT = [
  'how well the keys cover them, and what is missing',
  'what a run would do; sends nothing',
  'sends',
] as const

function keyText(key: Choices['key']): string {
  return key.kind === 'made' ? key.parts.map(({ column }) => column).join(', or ') : key.column
}

const warn = (text: string): string => `${careful('!')} ${text}`

function warningTexts({ rows: all, key, phones, phoneCountry, sharedIds }: Initialised): string[] {
  return [
    ...(all === 0 ? [warn('The file has no rows yet')] : []),
    ...sharedIds.map((name) =>
      warn(
        `${name} is missing in a row or stands in several, so it does not tell people apart; EXTERN_ID is taken from it all the same: mend it, or take it out of the mapping`,
      ),
    ),
    ...(key.kind === 'made' && key.without > 0
      ? [warn(`${rows(key.without)} without any identifier are left out`)]
      : []),
    ...(key.kind === 'made' && key.repeated > 0
      ? [warn(`${rows(key.repeated)} of people who have a row already are left out`)]
      : []),
    ...(phones.withoutCountry > 0 && phoneCountry === null
      ? [
          warn(
            `Of ${counted(phones.seen, 'phone number', 'phone numbers')} looked at, ${count(phones.withoutCountry)} without a country: set phone_country in the file`,
          ),
        ]
      : []),
    ...(all > 0 && all < META_PEOPLE_MIN
      ? [warn(`${peopleCount(all)}: Meta does not use an audience under ${META_PEOPLE_MIN}`)]
      : []),
  ]
}

const META_PEOPLE_MIN = 100
