import { GraphError } from './errors.ts'

/**
 * What a request says, however it was encoded: JSON, form, multipart or query. An object parameter may come as an
 * object or as its JSON text; the readers below take both.
 */
export type Parameters = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new GraphError('invalidParameter', { reason: `${what} is not valid JSON` })
  }
}

const ofPairs = (pairs: Iterable<readonly [string, unknown]>): Parameters =>
  Object.fromEntries([...pairs].filter(([, value]) => typeof value === 'string'))

async function bodyOf(request: Request): Promise<Parameters> {
  if (request.method === 'GET' || request.method === 'HEAD') return {}
  const type = request.headers.get('content-type') ?? ''
  if (type.startsWith('multipart/form-data')) {
    return ofPairs((await request.formData()).entries())
  }
  const text = await request.text()
  if (text === '') return {}
  if (type.startsWith('application/json') || text.startsWith('{')) {
    const body = parseJson(text, 'The body')
    if (!isObject(body)) {
      throw new GraphError('invalidParameter', { reason: 'The body must be a JSON object' })
    }
    return body
  }
  return ofPairs(new URLSearchParams(text))
}

/** Reads the parameters of a request; where both say something, the body wins over the query. */
export async function readParameters(request: Request, query: string): Promise<Parameters> {
  const body = await bodyOf(request)
  return query === '' ? body : { ...ofPairs(new URLSearchParams(query)), ...body }
}

/** A parameter as text; numbers and booleans are taken in their written form, as the Graph API does. */
export function textOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name]
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

/** True for `true`, `1`, `"true"` and `"1"`. */
export function flagOf(parameters: Parameters, name: string): boolean {
  const value = textOf(parameters, name)
  return value === 'true' || value === '1'
}

/** A parameter that is JSON: as it stands, or parsed when it came as text. */
export function jsonOf(parameters: Parameters, name: string): unknown {
  const value = parameters[name]
  return typeof value === 'string' ? parseJson(value, `Param ${name}`) : value
}

/** An object parameter; anything but an object is an error, absence is undefined. */
export function objectOf(parameters: Parameters, name: string): Parameters | undefined {
  const value = jsonOf(parameters, name)
  if (value === undefined || isObject(value)) return value
  throw new GraphError('invalidParameter', {
    reason: `Param ${name} must be a JSON object`,
  })
}
