import { z } from 'zod'
import type { Result } from '../port.ts'
import type { Graph } from './graph.ts'

const PAGE_ROWS = 200
const PAGE_ROWS_MIN = 5

const pageSchema = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  paging: z
    .object({
      next: z.string().optional(),
      cursors: z.object({ after: z.string().optional() }).optional(),
    })
    .optional(),
})

const unreadable: Result<never> = {
  kind: 'unknown',
  message: 'Cannot read the list of Custom Audiences: a page of it makes no sense',
}

/**
 * All the audiences of the ad account, complete or not at all. Goes from page to page by cursor: the address of the next
 * page in the answer holds the access token, and is never followed. Where a page is too large for Meta, asks for half of it.
 */
export async function listAudiences(
  graph: Graph,
  adAccount: string,
  fields: string,
): Promise<Result<readonly Readonly<Record<string, unknown>>[]>> {
  const audiences: Readonly<Record<string, unknown>>[] = []
  const seen = new Set<string>()
  let rows = PAGE_ROWS
  let after: string | undefined
  for (;;) {
    const answer = await graph.read({
      path: `${adAccount}/customaudiences`,
      query: { fields, limit: String(rows), ...(after === undefined ? {} : { after }) },
      attempt: `list the Custom Audiences of ${adAccount}`,
    })
    const tooMuch = answer.kind === 'unknown' && answer.error?.name === 'meta/too-much-data'
    if (tooMuch && rows > PAGE_ROWS_MIN) {
      rows = Math.max(PAGE_ROWS_MIN, Math.floor(rows / 2))
      continue
    }
    if (answer.kind !== 'ok') return answer
    const page = pageSchema.safeParse(answer.data)
    if (!page.success) return unreadable
    audiences.push(...page.data.data)
    if (page.data.paging?.next === undefined) return { kind: 'ok', value: audiences }
    after = page.data.paging.cursors?.after
    if (after === undefined || seen.has(after)) return unreadable
    seen.add(after)
  }
}
