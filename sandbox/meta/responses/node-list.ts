import { carriedToken } from '../auth.ts'
import type { Context } from '../context.ts'
import { readFields, type FieldTable } from '../fields.ts'
import { pageOf } from '../paging.ts'
import { textOf } from '../parameters.ts'

/** The answer to a list request: one page of the nodes with the fields asked for, and where the neighbours are. */
export function answerList<Node extends { readonly id: string }>(
  context: Context,
  all: readonly Node[],
  {
    table,
    kind,
    byDefault,
  }: {
    readonly table: FieldTable<Node>
    readonly kind: string
    readonly byDefault: readonly string[]
  },
): unknown {
  const { parameters, url, request } = context
  const token = carriedToken(request, parameters) ?? ''
  const { nodes, paging } = pageOf(all, { url, parameters, token })
  const fields = textOf(parameters, 'fields')
  return {
    data: nodes.map((node) => readFields(node, table, { fields, kind, byDefault })),
    ...(paging === undefined ? {} : { paging }),
  }
}
