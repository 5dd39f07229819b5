import type { Command } from 'commander'
import { matchKeyTable, traceMatchKey, type MatchKeyLine } from '../../app/match-key.ts'
import { MATCH_KEYS } from '../../core/match-key/table.ts'
import type { ValueTrace } from '../../core/match-key/trace.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { SUMMARIES } from '../summaries.ts'
import { bad, bold, dim, good } from '../text/paint.ts'
import { columns } from '../text/table.ts'
import { usageError } from '../usage-error.ts'

export function matchKeyCommand(cli: Cli): Command {
  return newCommand('match-key', SUMMARIES['match-key'], {
    examples: [
      ['rollcall match-key', 'the table of all match keys'],
      ['rollcall match-key EMAIL " Ada@Example.com "', 'what is sent of an address'],
      [
        'rollcall match-key PHONE "0151 555 0123" --country DE',
        'a national number of a known country',
      ],
    ],
    exits: { 2: 'there is no such match key' },
  })
    .argument('[key]', 'a match key, such as EMAIL, or a column name such as email')
    .argument('[value]', 'a value as it stands in the data')
    .option('--country <country>', 'the COUNTRY of the same row')
    .option('--phone-country <country>', 'the country of numbers in rows without one')
    .action(
      (key: string | undefined, value: string | undefined, options: Options, command: Command) => {
        const { json } = commonOptions(command)
        if (key === undefined) {
          cli.out({ matchKeys: matchKeyTable() }, json, ({ matchKeys }) => tableText(matchKeys))
          return
        }
        if (value === undefined)
          throw usageError(
            'There is no value to look at',
            `Write it after the key: rollcall match-key ${key} VALUE`,
          )
        const trace = traceMatchKey(key, value, {
          country: options.country ?? null,
          phoneCountry: phoneCountry(options.phoneCountry),
          currentYear: new Date(cli.surroundings.world.now()).getUTCFullYear(),
        })
        cli.out(trace, json, traceText)
      },
    )
}

interface Options {
  readonly country?: string
  readonly phoneCountry?: string
}

function phoneCountry(word: string | undefined): string | null {
  if (word === undefined) return null
  const context = { country: null, phoneCountry: null, currentYear: 0 }
  const country = MATCH_KEYS.COUNTRY.normalise(word, context)
  if (country.kind === 'value') return country.text.toUpperCase()
  throw usageError(
    `"${word}" is not a country`,
    'Write its two letters, such as DE, or its English name',
  )
}

const quoted = (text: string | null): string => (text === null ? dim('–') : JSON.stringify(text))

/** The value was typed by whoever reads the answer, so it is shown as it is. */
function traceText({ key, raw, normalised, sent, reason, note }: ValueTrace): string {
  const state = reason === null ? good('✓ sent') : bad(`✗ not sent: ${reason}`)
  const lines = [
    ['raw', quoted(raw)],
    ['normalised', quoted(normalised)],
    ['sent', sent === null ? dim('–') : sent],
  ]
  return `${bold(key)} ${state}\n${columns(lines)}\n  ${note}`
}

function tableText(keys: readonly MatchKeyLine[]): string {
  const lines = keys.map(({ key, role, hashed, spellings }) => [
    bold(key),
    role,
    hashed ? 'SHA-256' : 'plain',
    dim(spellings.slice(0, 4).join(', ')),
  ])
  return `${columns([[dim('key'), dim('role'), dim('sent as'), dim('found as')], ...lines], [], '')}\n\n${dim('What becomes of a value: rollcall match-key KEY VALUE. Every rule: docs/match-keys.md')}`
}
