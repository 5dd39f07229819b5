import type { Written } from '../core/audience/written.ts'

/** Something to know of a condition that was written. */
export interface Remark {
  /** `changed`: other people may meet it than there. `check`: it means the same, if what the remark says is so. */
  readonly kind: 'changed' | 'check'
  readonly reason: string
}

/** What became of a part of a foreign definition: how it is written here, or why it cannot be. */
export type Reading =
  | { readonly kind: 'written'; readonly written: Written; readonly remarks: readonly Remark[] }
  | { readonly kind: 'lost'; readonly reason: string }

export const writes = (written: Written, ...remarks: readonly Remark[]): Reading => ({
  kind: 'written',
  written,
  remarks,
})

export const loses = (reason: string): Reading => ({ kind: 'lost', reason })

export const changed = (reason: string): Remark => ({ kind: 'changed', reason })

export const check = (reason: string): Remark => ({ kind: 'check', reason })

/** The same with more remarks. */
export const remarked = (reading: Reading, ...remarks: readonly Remark[]): Reading =>
  reading.kind === 'lost' ? reading : { ...reading, remarks: [...reading.remarks, ...remarks] }

/** Some readings as one. If one of them is lost, so is the whole: less than all of a condition is another condition. */
export function joined(
  readings: readonly Reading[],
  join: (written: readonly Written[]) => Written,
): Reading {
  const lost = readings.find((reading) => reading.kind === 'lost')
  if (lost !== undefined) return lost
  const kept = readings.filter((reading) => reading.kind === 'written')
  return writes(join(kept.map(({ written }) => written)), ...kept.flatMap(({ remarks }) => remarks))
}

/** Some conditions under `all` or `any`; one is itself. */
export const group = (kind: 'all' | 'any', of: readonly Written[]): Written => {
  const [only] = of
  return only !== undefined && of.length === 1 ? only : { [kind]: of }
}

/** Conditions on one event or row that must all hold, as its `where`; none for none. */
export const whereAll = (readings: readonly Reading[]): Reading =>
  joined(readings, (all) => (all.length === 0 ? {} : { where: group('all', all) }))

export const denied = (reading: Reading): Reading =>
  joined([reading], ([written]) => ({ not: written }))
