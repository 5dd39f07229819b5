import type { SizeOverTime } from '../../app/size-over-time.ts'
import { count } from '../../core/counted.ts'
import { bold, careful, dim } from './paint.ts'
import { columns } from './table.ts'
import { visible } from './visible.ts'

const BAR_CHARACTERS = 32

/** How large an audience was, a line for each moment. */
export function sizeOverTimeText({
  audience,
  name,
  timeZone,
  moments,
  byToday,
}: SizeOverTime): string {
  const most = Math.max(...moments.map(({ size }) => size), 1)
  const ran = moments.flatMap(({ synced }) => Object.entries(synced))
  const syncs = [...new Set(ran.flatMap(([sync, members]) => (members === null ? [] : [sync])))]
  const day = new Intl.DateTimeFormat('sv', { timeZone })
  const lines = moments.map(({ at, size, synced }, index) => [
    index === moments.length - 1 ? 'now' : day.format(at),
    count(size),
    '█'.repeat(Math.round((size / most) * BAR_CHARACTERS)).padEnd(BAR_CHARACTERS),
    ...syncs.map((sync) => {
      const members = synced[sync] ?? null
      return members === null ? dim('·') : count(members)
    }),
  ])
  const head = ['end of', 'people', '', ...syncs.map(visible)].map(dim)
  const title = name === audience ? bold(audience) : `${bold(audience)} ${visible(name)}`
  return [
    `${title}  ${dim('by what is known now of what happened until then')}`,
    columns([head, ...lines], [1, ...syncs.map((_, index) => index + 3)]),
    ...(syncs.length === 0
      ? []
      : [dim('  Beside it, how many belonged when the sync last ran on that day')]),
    ...(byToday.length === 0
      ? []
      : [
          [
            `${careful('!')} Judged with today’s values, since nothing tells what they were:`,
            ...new Set(byToday.map(({ sentence }) => `    ${visible(sentence)}`)),
          ].join('\n'),
        ]),
  ].join('\n\n')
}
