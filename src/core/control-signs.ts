/** What a terminal obeys instead of showing it, and what turns the direction of text around. */
const OBEYED = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** One such sign, written out. */
export const escaped = (sign: string): string =>
  `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`

/** A name from a file or a platform, on one line and with nothing in it that a terminal would obey. */
export const visible = (name: string): string => name.replaceAll(OBEYED, escaped)

/** The same of some lines: their breaks and tabs stay. */
export const visibleLines = (text: string): string =>
  text.replaceAll(OBEYED, (sign) => (sign === '\n' || sign === '\t' ? sign : escaped(sign)))
