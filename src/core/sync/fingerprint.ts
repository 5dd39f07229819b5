import { hash } from 'node:crypto'
import { MATCH_KEYS, MATCH_KEY_NAMES } from '../match-key/table.ts'
import type { Cells } from '../match-key/rows.ts'
import type { DesiredRow } from './row.ts'

/** A keyed hash of 16 bytes, as UUID text. Cutting a SHA-256 in half rules out extending it, so the key may stand in front. */
export type Fingerprint = (text: string) => string

export function fingerprintWith(secret: string): Fingerprint {
  return (text) => {
    const digest = hash('sha256', `${secret}\n${text}`, 'hex')
    return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${digest.slice(12, 16)}-${digest.slice(16, 20)}-${digest.slice(20, 32)}`
  }
}

const IS_VALUE: readonly boolean[] = MATCH_KEY_NAMES.map((key) => MATCH_KEYS[key].role === 'value')

/** A row's identity and, apart from it, its value: a changed value sends the row again and removes nothing. */
export function desiredRow(cells: Cells, fingerprint: Fingerprint): DesiredRow {
  let identity = ''
  let value = ''
  for (const [place, cell] of cells.entries()) {
    if (cell === null) continue
    const part = `${MATCH_KEY_NAMES[place]}=${cell}\n`
    if (IS_VALUE[place] === true) value += part
    else identity += part
  }
  return { row: fingerprint(identity), value: value === '' ? null : fingerprint(value), cells }
}
