import { z } from 'zod'
import type { MetaErrorAnswer } from './classify.ts'

/** What came back over the wire, before it is known to mean anything. */
export type Envelope =
  | { readonly kind: 'data'; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'error'; readonly error: MetaErrorAnswer }
  | { readonly kind: 'unreadable'; readonly what: string }

const errorSchema = z.object({
  error: z.object({
    code: z.coerce.number().int(),
    error_subcode: z.coerce.number().int().optional().catch(undefined),
    message: z.string().catch(''),
    error_user_title: z.string().catch(''),
    error_user_msg: z.string().catch(''),
    is_transient: z.boolean().catch(false),
    fbtrace_id: z.string().optional().catch(undefined),
  }),
})
const dataSchema = z.record(z.string(), z.unknown())

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreadable(status: number, text: string): Envelope {
  const start = text.trimStart().slice(0, 1)
  const told = (what: string): Envelope => ({
    kind: 'unreadable',
    what: `${what} (HTTP ${status})`,
  })
  if (status >= 300 && status < 400) return told('a redirect')
  if (start === '') return told('an empty answer')
  if (start === '<') return told('an HTML page')
  if (start === '{') return told('an answer that breaks off')
  return told('an answer that is not JSON')
}

/** Reads an answer's text. The error in it decides, not the HTTP status; a failure without one is unreadable. */
export function readEnvelope(status: number, text: string): Envelope {
  const data = dataSchema.safeParse(parsed(text))
  if (!data.success) return unreadable(status, text)
  const found = errorSchema.safeParse(data.data)
  if (found.success) {
    const { error } = found.data
    const told = [error.message, error.error_user_title, error.error_user_msg]
    return {
      kind: 'error',
      error: {
        code: error.code,
        subcode: error.error_subcode,
        text: told.filter((part) => part !== '').join(' — '),
        transient: error.is_transient,
        trace: error.fbtrace_id,
      },
    }
  }
  if (status < 200 || status > 299 || 'error' in data.data) {
    return { kind: 'unreadable', what: `an answer without a readable error (HTTP ${status})` }
  }
  return { kind: 'data', data: data.data }
}
