import type { Json } from '../core/event/message.ts'

/** An escape in JSON; half a surrogate pair is one that engines refuse the whole value for. */
const ESCAPE = /\\(?:(?<half>ud[89a-f][0-9a-f]{2}|u0000)|.)/g

/** A value as JSON that every engine reads: broken characters and the sign of number zero become U+FFFD. */
export function jsonText(value: Json): string {
  const text = JSON.stringify(value)
  if (!text.includes(String.raw`\ud`) && !text.includes(String.raw`\u0000`)) return text
  return text.replaceAll(ESCAPE, (escape: string, half: string | undefined) =>
    half === undefined ? escape : '\ufffd',
  )
}
