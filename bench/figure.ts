/** One measured figure: `ratio` is `measured` set against `reference`, both taken in the same run on the same machine. */
export interface Figure {
  readonly name: string
  readonly ratio: number
  /** What the ratio has to be, such as `>= 0.25`. */
  readonly goal: string
  readonly reached: boolean
  readonly measured: number
  readonly reference: number
  /** What the two measures are, with their units. */
  readonly unit: string
  readonly [detail: string]: unknown
}

export interface Goal {
  readonly atLeast?: number
  readonly atMost?: number
}

export function figure(
  name: string,
  unit: string,
  measured: number,
  reference: number,
  { atLeast, atMost }: Goal,
  details: Readonly<Record<string, unknown>> = {},
): Figure {
  const ratio = measured / reference
  return {
    name,
    ratio: round(ratio),
    goal: atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`,
    reached: ratio >= (atLeast ?? -Infinity) && ratio <= (atMost ?? Infinity),
    measured: round(measured),
    reference: round(reference),
    unit,
    ...details,
  }
}

const round = (value: number): number => Number(value.toPrecision(4))

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** CPU seconds, of all threads, that some work in this process takes. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
