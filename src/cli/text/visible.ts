import { escaped } from '../../core/control-signs.ts'

export { visible } from '../../core/control-signs.ts'

/** What a terminal obeys, less the line breaks, tabs and colours of our own text. */
const OBEYED_IN_TEXT =
  // oxlint-disable-next-line no-control-regex -- these are what it looks for
  /(?:\u001b\[(?:[1-9]|[23]\d)m|[\n\t])|([\p{Cc}\u202a-\u202e\u2066-\u2069])/gu

/** Text for a terminal: our own colours and line breaks stay, whatever else it would obey is written out. */
export const visibleText = (text: string): string =>
  text.replaceAll(OBEYED_IN_TEXT, (found: string, sign: string | undefined) =>
    sign === undefined ? found : escaped(sign),
  )

/** JSON with the same written out, as JSON allows it: what reads it gets the very same values. */
export const visibleJson = (json: string): string =>
  json.replaceAll(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escaped)
