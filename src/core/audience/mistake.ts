export type Path = readonly (string | number)[]

/** Something a person wrote that cannot be meant. Where it stands in a file is added by whoever read the file. */
export interface WrittenMistake {
  readonly path: Path
  /** The mistake stands in the key at the end of `path`, not in its value. */
  readonly atKey: boolean
  readonly message: string
  readonly expected: string
  /** The known word that was probably meant. */
  readonly nearest?: string
  readonly remedy: string
}

export type Report = (mistake: WrittenMistake) => void

/** `['audiences', 'big', 'where', 'all', 0]` as `audiences.big.where.all[0]`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join('')
}

const yamlNumber = (value: number): string =>
  Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'

/** A value as a person would recognise it in a message: short, and quoted when it is text. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'a mapping'
  // JSON has no word for these.
  if (typeof value === 'number' && !Number.isFinite(value))
    return `${yamlNumber(value)} (no finite number)`
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}
