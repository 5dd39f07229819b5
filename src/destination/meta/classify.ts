import { META_ERRORS, metaError, type MetaError } from './errors.ts'

/** An error as Meta tells it, whatever the HTTP status beside it. */
export interface MetaErrorAnswer {
  readonly code: number
  readonly subcode: number | undefined
  /** Everything that Meta says about it, in one text. */
  readonly text: string
  readonly transient: boolean
  readonly trace: string | undefined
}

type Sign = MetaError['signs'][number]

function codeMatches(expected: Sign['code'], code: number): boolean {
  if (expected === undefined) return true
  if (typeof expected === 'number') return expected === code
  const [from, to] = expected
  return from <= code && code <= to
}

function matches(sign: Sign, { code, subcode, text }: MetaErrorAnswer): boolean {
  return (
    codeMatches(sign.code, code) &&
    (sign.subcode === undefined || sign.subcode === subcode) &&
    (sign.text === undefined || sign.text.test(text))
  )
}

/** What an error means. Codes decide; an error that is in no row is `unknown` where Meta calls it transient, and else a refusal. */
export function classify(answer: MetaErrorAnswer): MetaError {
  const rows: readonly MetaError[] = META_ERRORS
  const row = rows.find(({ signs }) => signs.some((sign) => matches(sign, answer)))
  const unrecognised = row === undefined || row.name === 'meta/unrecognised'
  if (unrecognised && answer.transient) return metaError('meta/temporary')
  return row ?? metaError('meta/unrecognised')
}
