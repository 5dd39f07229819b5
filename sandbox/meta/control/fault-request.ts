import { GRAPH_ERRORS, type GraphErrorName } from '../error-table.ts'
import { FAULT_NAMES, isFaultName, type FaultSpec } from '../faults.ts'
import { isObject } from '../parameters.ts'

function isGraphErrorName(name: unknown): name is GraphErrorName {
  return typeof name === 'string' && Object.hasOwn(GRAPH_ERRORS, name)
}

const textOr = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined
/** One text or a list of them. */
const textsOr = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value)
    ? value.filter((text) => typeof text === 'string')
    : typeof value === 'string'
      ? [value]
      : undefined
const numberOr = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : fallback

function timesOf(times: unknown): number | null | undefined {
  if (times === undefined) return 1
  if (times === 'always' || times === null) return null
  return typeof times === 'number' && Number.isInteger(times) && times > 0 ? times : undefined
}

/** Reads the body of `POST /_control/faults`; text is what is wrong with it. */
export function readFaultSpec(body: Readonly<Record<string, unknown>>): FaultSpec | string {
  const { fault, match = {}, error } = body
  if (!isFaultName(fault)) return `fault must be one of ${FAULT_NAMES.join(', ')}`
  if (!isObject(match)) return 'match must be an object with method or path'
  const times = timesOf(body['times'])
  if (times === undefined) return 'times must be a whole number above zero, or "always"'
  if (fault === 'graph_error' && !isGraphErrorName(error)) {
    return `error must be one of ${Object.keys(GRAPH_ERRORS).join(', ')}`
  }
  return {
    fault,
    match: { method: textOr(match['method']), path: textOr(match['path']) },
    times,
    minutes: numberOr(body['minutes'], 5),
    delayMs: numberOr(body['delay_ms'], 1000),
    rows: numberOr(body['rows'], 1),
    containing: textsOr(body['containing']),
    named: numberOr(body['named'], 100),
    error: isGraphErrorName(error) ? error : undefined,
  }
}
