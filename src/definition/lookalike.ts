import { z } from 'zod'
import {
  lookalikeLabel,
  lookalikeText,
  SHARE_MAX,
  type Lookalike,
  type LookalikeSize,
  type Places,
} from '../core/lookalike.ts'
import type { Path, Report } from '../core/audience/mistake.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import * as leaves from './leaf.ts'
import { fail, meansIn } from './relation-references.ts'

/** The lookalikes of a sync as they are written, what they mean, and what cannot be right about them. */

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

function allOf(
  value: unknown,
  read: (one: unknown) => string | undefined,
): readonly string[] | undefined {
  const found = listOf(value).map(read)
  const all = found.filter((one) => one !== undefined)
  return all.length === found.length && all.length > 0 ? [...new Set(all)].toSorted() : undefined
}

const countries = leaves.leaf((value) => allOf(value, leaves.countryOf), {
  expected: 'a country as two letters (ISO 3166) such as DE, or a list of them',
  remedy: 'Write DE, or [DE, AT]',
})

const groupOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z][a-z_]*$/i.test(value) ? value.toLowerCase() : undefined

const groups = leaves.leaf((value) => allOf(value, groupOf), {
  expected: 'one of Meta’s groups of countries such as asia, or a list of them',
  remedy: 'Write asia, or [asia, mercosur]',
})

/** `3%`, or 0.03, as 3: Meta takes whole per cents alone. */
function percentOf(value: unknown): number | undefined {
  const share = leaves.shareOf(value, SHARE_MAX / 100)
  const percent = Math.round((share ?? 0) * 100)
  const isWhole = share !== undefined && Math.abs(share * 100 - percent) < 1e-9
  return isWhole && percent >= 1 ? percent : undefined
}

const percent = leaves.leaf(percentOf, {
  expected: `whole per cents from 1% to ${SHARE_MAX}%`,
  remedy: 'Write it like 1%',
})

const places = { country: countries.optional(), country_group: groups.optional() }

export const lookalikeSchema = z.strictObject({
  ...places,
  exclude: z.strictObject(places).optional(),
  ratio: percent.optional(),
  from: percent.optional(),
  to: percent.optional(),
  type: leaves.oneOf(['similarity', 'reach']).optional(),
  international_seeds: leaves.flag.optional(),
})

type WrittenLookalike = z.output<typeof lookalikeSchema>

const placesOf = ({ country, country_group: group }: Partial<WrittenLookalike> = {}): Places => ({
  countries: country ?? [],
  groups: group ?? [],
})

function sizeOf({ type, ratio, from, to }: WrittenLookalike): LookalikeSize {
  return type === undefined
    ? { kind: 'share', from: from ?? 0, to: ratio ?? to ?? 1 }
    : { kind: 'type', type }
}

export const resolveLookalike = (written: WrittenLookalike): Lookalike => ({
  places: placesOf(written),
  except: placesOf(written.exclude),
  size: sizeOf(written),
  internationalSeeds: written.international_seeds ?? false,
})

const oneOrMore = (texts: readonly string[]): unknown => (texts.length === 1 ? texts[0] : texts)

const writePlaces = ({ countries: some, groups: regions }: Places): Written => ({
  ...(some.length === 0 ? {} : { country: oneOrMore(some) }),
  ...(regions.length === 0 ? {} : { country_group: oneOrMore(regions) }),
})

function writeSize(size: LookalikeSize): Written {
  if (size.kind === 'type') return { type: size.type }
  return size.from === 0 ? { ratio: `${size.to}%` } : { from: `${size.from}%`, to: `${size.to}%` }
}

export function writeLookalike({
  places: where,
  except,
  size,
  internationalSeeds,
}: Lookalike): Written {
  const without = writePlaces(except)
  return {
    ...writePlaces(where),
    ...(Object.keys(without).length === 0 ? {} : { exclude: without }),
    ...writeSize(size),
    ...(internationalSeeds ? { international_seeds: true } : {}),
  }
}

/** Reports lookalikes that Meta would not make, and two that would be the same. */
export function checkLookalikes(sync: Written, path: Path, report: Report): void {
  const entries = sync['lookalikes']
  if (!Array.isArray(entries)) return
  const seen = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    if (!isWritten(entry)) continue
    const at = [...path, 'lookalikes', index]
    const before = seen.size
    const isWhole = checkPlaces(entry, at, report) && checkSize(entry, sync, at, report)
    const read = lookalikeSchema.safeParse(entry)
    if (!isWhole || !read.success) continue
    const lookalike = resolveLookalike(read.data)
    seen.add(lookalikeText(lookalike))
    if (seen.size > before) continue
    const message = `The lookalike (${lookalikeLabel(lookalike)}) stands here twice`
    fail(report, at, message, 'each lookalike once', 'Remove one of them')
  }
}

function checkPlaces(entry: Written, at: Path, report: Report): boolean {
  const has = meansIn(entry, Object.keys(lookalikeSchema.shape))
  if (has('country') || has('country_group')) return true
  const message = 'The lookalike does not say where its people are to be'
  fail(report, at, message, '"country" or "country_group"', 'Add country: DE')
  return false
}

function checkSize(entry: Written, sync: Written, at: Path, report: Report): boolean {
  const has = meansIn(entry, Object.keys(lookalikeSchema.shape))
  const sizes = ['ratio', 'to', 'type'].filter(has)
  const expected = 'one of "ratio", "from" with "to", or "type"'
  const wrong = (message: string, remedy: string): false => {
    fail(report, at, message, expected, remedy)
    return false
  }
  if (sizes.length === 0 && !has('from'))
    return wrong('The lookalike does not say how large it is to be', 'Add ratio: 1%')
  if (sizes.length > 1)
    return wrong(`The lookalike has ${sizes.join(' and ')}`, 'Remove all but one of them')
  if (has('from') !== has('to'))
    return wrong(
      '"from" and "to" go together',
      'Write from: 1%, to: 3%; or ratio: 3% for all of them',
    )
  const [from, to] = [percentOf(entry['from']), percentOf(entry['to'])]
  if (from !== undefined && to !== undefined && from >= to)
    return wrong(`"from" is ${from}%, and "to" ${to}%`, 'Write the smaller one as "from"')
  const isValueBased = sync['value'] !== undefined
  if (isValueBased && has('type'))
    return wrong(
      'Meta makes lookalikes of a value-based audience by their share alone',
      `Write ratio: ${entry['type'] === 'reach' ? 5 : 1}% in place of "type"`,
    )
  return true
}
