import { GRAPH_ERRORS, type GraphErrorName, type GraphErrorRow } from './error-table.ts'

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)

/** A refusal on its way to the client; thrown by the responses, turned into an answer in one place. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
  readonly status: number
  private readonly row: GraphErrorRow
  private readonly values: Readonly<Record<string, string>>

  constructor(name: GraphErrorName, values: Readonly<Record<string, string>> = {}) {
    const row: GraphErrorRow = GRAPH_ERRORS[name]
    super(fill(row.message, values))
    this.status = row.status
    this.row = row
    this.values = values
  }

  /** The envelope that the Graph API puts every refusal into. */
  envelope(traceId: string): { readonly error: Readonly<Record<string, unknown>> } {
    const { type, code, subcode, transient, title, userMessage } = this.row
    return {
      error: {
        message: this.message,
        type,
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(transient === undefined ? {} : { is_transient: transient }),
        ...(title === undefined ? {} : { error_user_title: title }),
        ...(userMessage === undefined ? {} : { error_user_msg: fill(userMessage, this.values) }),
        fbtrace_id: traceId,
      },
    }
  }
}
