import type { Command } from 'commander'
import { check, type CheckReport } from '../../app/check.ts'
import { EXIT, type Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { exitCodeOf } from '../exit-code.ts'
import { SUMMARIES } from '../summaries.ts'
import { mistakesText, warningsText } from '../text/mistakes-text.ts'
import { bold, dim, good } from '../text/paint.ts'

export function checkCommand(cli: Cli): Command {
  return newCommand('check', SUMMARIES.check, {
    examples: [
      ['rollcall check', 'every mistake at once, each with its line'],
      ['rollcall check --json', 'the same for an editor or a build'],
    ],
    exits: {
      1: 'data could not be read now; running it again may help',
      2: 'there are mistakes; all of them were printed',
      3: 'a person must act on the data: a file is missing or cannot be read as it is',
    },
  }).action(async (_options: object, command: Command) => {
    const { file, json } = commonOptions(command)
    const report = await check(file, cli.surroundings)
    for (const { code, next } of report.mistakes)
      cli.exitWith(
        code === undefined || next === undefined ? EXIT.wrong : exitCodeOf({ code, next }),
      )
    cli.out(report, json, checkText)
  })
}

function checkText({ file, valid, mistakes, warnings, audiences }: CheckReport): string {
  const lines = audiences.map(({ key, sentence, syncs, lookalikes }) =>
    [
      `${good('✓')} ${bold(key)}  ${sentence}${syncs.length === 0 ? dim('  (no sync)') : dim(`  → ${syncs.join(', ')}`)}`,
      ...(lookalikes.length === 0 ? [] : [dim(`    with ${lookalikes.join(', ')}`)]),
    ].join('\n'),
  )
  return [
    lines.join('\n'),
    warnings.length === 0 ? '' : warningsText(file, warnings),
    valid ? `${good('✓')} ${file} is in order` : mistakesText(file, mistakes),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
