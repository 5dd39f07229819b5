/** What a compiler hands to an engine. Values only ever travel as named parameters; the text holds nothing that a person typed. */
export type SqlValue = string | number | bigint | boolean | null | readonly string[]

export interface Query {
  readonly sql: string
  /** By name, without the dialect's sign: `{ p1: 'pro' }` for `$p1`. */
  readonly parameters: Readonly<Record<string, SqlValue>>
}
