import type { Call, Duration, Expression } from './expression.ts'

/** The one text that a call takes: `event('Login')`. */
export function textOf({ values }: Call): string | undefined {
  const [first] = values
  if (values.length > 1 || first?.kind !== 'literal') return undefined
  return typeof first.value === 'string' ? first.value : undefined
}

/** Names that say more there than here. */
export function nameFault(name: string): string | undefined {
  if (name.includes('\\'))
    return `"${name}" has a dot that is part of a name, which cannot be written here.`
  if (name.split('.').includes('$'))
    return `"${name}" looks into each entry of a list, which cannot be written here.`
  return undefined
}

/** `within(7 days)`, or with `parent`. */
export function durationOf(value: Expression | undefined): Duration | undefined {
  return value?.kind === 'duration' ? value : undefined
}
