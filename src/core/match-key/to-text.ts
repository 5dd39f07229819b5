/**
 * The text of a value as a database or a file hands it over; `''` for what is nothing: null, NaN, an invalid date, an object
 * that has no text of its own. Whole numbers are written without fraction or exponent, dates as ISO 8601.
 */
export function toText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return numberText(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? '' : objectText(value)
    // A symbol or a function comes from no database.
    case 'undefined':
    case 'symbol':
    case 'function':
      break
  }
  return ''
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return ''
  // From 1e21 on JavaScript writes an exponent, which no id and no phone number has.
  return Number.isInteger(value) && Math.abs(value) >= 1e21
    ? BigInt(value).toString()
    : String(value)
}

interface DateLike {
  getTime(): number
  toISOString(): string
}

const isDate = (value: object): value is DateLike =>
  'toISOString' in value && 'getTime' in value && typeof value.getTime === 'function'

function objectText(value: object): string {
  if (isDate(value)) {
    if (Number.isNaN(value.getTime())) return ''
    const text = value.toISOString()
    // Databases hand over a plain date as midnight UTC.
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, -14) : text
  }
  // Decimal and date types of database drivers have a text of their own; a bare object or a list has none.
  if (Array.isArray(value) || typeof value.toString !== 'function') return ''
  if (value.toString === Object.prototype.toString) return ''
  return ownText(value)
}

interface Printable {
  toString(): string
}

const ownText = (value: Printable): string => value.toString()
