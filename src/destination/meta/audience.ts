import { z } from 'zod'
import type { RemoteAudience } from '../port.ts'

/** Some answers write `status` for `code`. */
const statusSchema = z
  .object({
    code: z.number().optional(),
    status: z.number().optional(),
    description: z.string().catch(''),
  })
  .optional()
  .catch(undefined)

const audienceSchema = z.object({
  id: z.string(),
  name: z.string().catch(''),
  description: z.string().catch(''),
  subtype: z.string().catch(''),
  is_value_based: z.union([z.boolean(), z.literal(0), z.literal(1)]).catch(false),
  approximate_count_lower_bound: z.number().catch(-1),
  approximate_count_upper_bound: z.number().catch(-1),
  operation_status: statusSchema,
  delivery_status: statusSchema,
  lookalike_audience_ids: z.array(z.unknown()).catch([]),
})

/** Only what is used is asked for: some other fields make the whole call fail for want of a permission. */
export const AUDIENCE_FIELDS = Object.keys(audienceSchema.shape).join(',')

const NORMAL = 200

type State = RemoteAudience['state']

/** What codes of `operation_status` mean for whoever writes to the audience; all others are warnings. */
const STATES: Readonly<Record<number, State>> = {
  100: 'expiring',
  200: 'normal',
  410: 'normal', // nothing uploaded yet
  411: 'normal', // about who was uploaded, not whether
  412: 'normal', // the same
  414: 'replacing',
  441: 'normal', // still populating, and usable
  450: 'normal', // no ad has used it lately
  471: 'flagged',
}

const STATE_TEXTS: Readonly<Record<number, string>> = {
  0: 'Not available',
  100: 'Expiring: unused for two years, to be deleted 90 days later',
  200: 'Normal',
  410: 'Nothing uploaded yet',
  411: 'Few people matched',
  412: 'Many invalid rows in the last upload',
  414: 'Being replaced',
  415: 'The last replacement failed',
  431: 'Could not be refreshed',
  432: 'Could not be built',
  433: 'Could not be built',
  434: 'Could not be built yet: Meta tries again',
  441: 'Still filling, and usable',
  450: 'Out of date: not used lately',
  470: 'The account that made it is inactive',
  471: 'Restricted: it suggests things like health or finances',
  500: 'An error that needs action',
}

/** Meta tells −1 where it tells nothing. */
const bound = (count: number): number | null => (count < 0 ? null : count)

const codeOf = (status: z.output<typeof statusSchema>): number =>
  status?.code ?? status?.status ?? NORMAL

/** Reads one audience; undefined when the answer does not hold one. */
export function readAudience(data: unknown): RemoteAudience | undefined {
  const found = audienceSchema.safeParse(data)
  if (!found.success) return undefined
  const audience = found.data
  const status = audience.operation_status
  const code = codeOf(status)
  return {
    id: audience.id,
    name: audience.name,
    description: audience.description,
    state: STATES[code] ?? 'warning',
    stateText: status?.description || STATE_TEXTS[code] || `Status ${code}`,
    subtype: audience.subtype,
    ready: codeOf(audience.delivery_status) === NORMAL,
    lookalikes: audience.lookalike_audience_ids.length,
    valueBased: audience.is_value_based === true || audience.is_value_based === 1,
    sizeLower: bound(audience.approximate_count_lower_bound),
    sizeUpper: bound(audience.approximate_count_upper_bound),
  }
}
