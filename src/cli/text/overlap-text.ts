import type { Overlap } from '../../app/overlap.ts'
import { count, people } from '../../core/counted.ts'
import { share } from './numbers.ts'
import { bold, dim } from './paint.ts'
import { columns } from './table.ts'
import { visible } from './visible.ts'

const named = ({ audience, name }: { readonly audience: string; readonly name: string }): string =>
  name === audience ? bold(audience) : `${bold(audience)} ${visible(name)}`

/** What an audience has in common with others, a line for each of them. */
export function overlapText(found: Overlap): string {
  const { size, others, inNone, inEvery } = found
  const head = ['', 'people', 'in both', 'of ours', 'of it', 'only ours', 'only it']
  const lines = others.map((other) => [
    named(other),
    count(other.size),
    count(other.both),
    share(other.both, size),
    share(other.both, other.size),
    count(other.onlyFirst),
    count(other.onlyThis),
    other.matchedBy === 'key' ? dim('matched by their keys') : '',
  ])
  const several =
    others.length < 2
      ? []
      : [
          columns(
            [
              ['In none of them', count(inNone), share(inNone, size)],
              ['In every one of them', count(inEvery), share(inEvery, size)],
            ],
            [1, 2],
          ),
        ]
  return [
    `${named(found)}  ${dim(people(size))}`,
    columns([head.map(dim), ...lines], [1, 2, 3, 4, 5, 6]),
    ...several,
  ].join('\n\n')
}
