/** What a terminal obeys instead of showing it, and what turns the direction of text around. */
const OBEYED = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu
/** The same, less the line breaks, tabs and colours of our own text. */
const OBEYED_IN_TEXT =
  // oxlint-disable-next-line no-control-regex -- these are what it looks for
  /(?:\u001b\[(?:[1-9]|[23]\d)m|[\n\t])|([\p{Cc}\u202a-\u202e\u2066-\u2069])/gu

const escaped = (sign: string): string =>
  `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`

/** A name from a file or a platform, on one line and with nothing in it that a terminal would obey. */
export const visible = (name: string): string => name.replaceAll(OBEYED, escaped)

/** Text for a terminal: our own colours and line breaks stay, whatever else it would obey is written out. */
export const visibleText = (text: string): string =>
  text.replaceAll(OBEYED_IN_TEXT, (found: string, sign: string | undefined) =>
    sign === undefined ? found : escaped(sign),
  )

/** JSON with the same written out, as JSON allows it: what reads it gets the very same values. */
export const visibleJson = (json: string): string =>
  json.replaceAll(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escaped)
