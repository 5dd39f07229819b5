/** A sign of the query language, with its place in the text. */
export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign' | 'end'
  /** A text without its quotes, everything else as it stands. */
  readonly value: string
  readonly from: number
  readonly to: number
}

/** The text stops being one of the language here. */
export class Misread extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const TOKEN =
  /(?<space>\s+)|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z_]\w*)|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<sign>==|!=|>=|<=|[=<>(){}[\],.:])/suy

/** Splits a query into its signs; the last is the end. @throws Misread */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = []
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) throw new Misread(unreadableSign(text, at), at)
    const to = at + match[0].length
    const kind = (['word', 'text', 'number', 'sign'] as const).find(
      (name) => match.groups?.[name] !== undefined,
    )
    if (kind !== undefined)
      found.push({ kind, value: kind === 'text' ? unquoted(match[0]) : match[0], from: at, to })
    at = to
  }
  return [...found, { kind: 'end', value: '', from: text.length, to: text.length }]
}

function unreadableSign(text: string, at: number): string {
  const sign = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return sign === "'" || sign === '"' ? 'A text has no end.' : `Cannot read "${sign}" here.`
}

/** A backslash takes the meaning of a quote or another backslash; before other signs it stays, as in paths. */
const unquoted = (text: string): string => text.slice(1, -1).replaceAll(/\\(?<sign>['"\\])/g, '$1')
