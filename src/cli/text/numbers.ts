import { count } from '../../core/counted.ts'

/** A share in [0, 1] as `12.3%`; `–` of nothing. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '–'
  return `${(Math.round((part / whole) * 1000) / 10).toLocaleString('en')}%`
}

/** Meta tells sizes as bounds, and never says how many people below a thousand. */
export function size(lower: number | null, upper: number | null): string {
  if (lower === null || upper === null) return 'not known'
  return upper <= 1000 ? '<1000' : `${count(lower)} to ${count(upper)}`
}

/** Milliseconds since the epoch as `2026-01-31 14:05 UTC`. */
export const moment = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
