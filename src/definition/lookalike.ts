import { z } from 'zod'
import type { Written } from '../core/audience/written.ts'
import { SHARE_MAX, type Lookalike, type LookalikeSize, type Places } from '../core/lookalike.ts'
import * as leaves from './leaf.ts'

/** The lookalikes of a sync as they are written, and what they mean. */

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
export function percentOf(value: unknown): number | undefined {
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
