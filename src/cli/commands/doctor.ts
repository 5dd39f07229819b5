import type { Command } from 'commander'
import { doctor, type Diagnosis } from '../../app/doctor.ts'
import { counted } from '../../core/counted.ts'
import type { Check } from '../../destination/port.ts'
import { EXIT, type Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { SUMMARIES } from '../summaries.ts'
import { bad, bold, careful, dim, good } from '../text/paint.ts'
import { placeText } from '../text/sync-text.ts'
import { placeView } from '../text/sync-view.ts'
import { columns } from '../text/table.ts'

export function doctorCommand(cli: Cli): Command {
  return newCommand('doctor', SUMMARIES.doctor, {
    examples: [
      ['rollcall doctor', 'all destinations of the file'],
      ['rollcall doctor meta', 'one of them'],
    ],
    exits: {
      2: 'the command line or the definition is wrong',
      3: 'a check failed: its remedy says who must do what',
    },
  })
    .argument('[destination]', 'the destination to check (default: all)')
    .action(async (named: string | undefined, _options: object, command: Command) => {
      const { file, json } = commonOptions(command)
      await using workspace = await cli.openWorkspace(file)
      const found = await doctor(workspace, named)
      if (found.some(({ checks }) => checks.some(({ state }) => state === 'failed')))
        cli.exitWith(EXIT.act)
      const destinations = found.map(({ addressee, ...rest }) => ({
        place: placeView(addressee),
        ...rest,
      }))
      cli.out({ destinations }, json, () => found.map(diagnosisText).join('\n\n'))
    })
}

const SIGNS: Readonly<Record<Check['state'], () => string>> = {
  passed: () => good('✓'),
  failed: () => bad('✗'),
  warning: () => careful('!'),
  'not-checked': () => dim('–'),
}

function diagnosisText({ destination, addressee, checks }: Diagnosis): string {
  const lines = columns(
    checks.map(({ name, state, detail }) => [SIGNS[state](), name, detail]),
    [],
    '  ',
  ).split('\n')
  const told = checks.flatMap(({ remedy }, place) => [
    lines[place] ?? '',
    ...(remedy === undefined ? [] : [`      → ${remedy}`]),
  ])
  const failed = checks.filter(({ state }) => state === 'failed').length
  const end =
    failed === 0
      ? `${good('✓')} Nothing stands in the way`
      : `${bad('✗')} ${failed} of ${counted(checks.length, 'check', 'checks')} failed`
  return [placeText(placeView(addressee)), bold(destination), ...told, end].join('\n')
}
