import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { exportAudience } from '../../src/app/export.ts'
import { run } from '../../src/app/run.ts'
import type { Workspace } from '../../src/app/workspace.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'
import { csvOf, DEFINITION, madePeople } from './people.ts'

const payloadSchema = z.object({
  schema: z.array(z.string()),
  data: z.array(z.array(z.union([z.string(), z.number()]))),
})
const bodySchema = z.object({ payload: payloadSchema })
const lineSchema = z.record(z.string(), z.string().nullable())
type Payload = z.output<typeof payloadSchema>

async function linesOf(
  workspace: Workspace,
  audience: string,
  options: { format: 'csv' | 'jsonl'; hashed: boolean },
): Promise<string[]> {
  const lines: string[] = []
  const chunks = exportAudience(workspace, audience, { ...options, sync: null, now: NOW })
  for await (const chunk of chunks) lines.push(...chunk)
  return lines
}

/** One row of a request as text that is equal for equal rows. */
function rowText({ schema }: Payload, cells: readonly (string | number)[]): string {
  const held = schema.flatMap((key, place) => {
    const cell = cells[place]
    return cell === undefined || cell === '' ? [] : [`${key}=${cell}`]
  })
  return held.toSorted().join(' ')
}

test('export --hashed gives exactly the rows that a sync sends', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': csvOf(madePeople(400, 17)),
    'suppressed.csv': 'email,customer_id\n1ann@gmail.com,\n,c12\n',
  })
  const sent: string[] = []
  const workspace = await openHouse(context, folder, (sandbox) => async (request) => {
    if (new URL(request.url).pathname.endsWith('/users')) {
      const { payload } = bodySchema.parse(await request.clone().json())
      sent.push(...payload.data.map((cells) => rowText(payload, cells)))
    }
    return sandbox(request)
  })
  const options = { full: false, empty: false, adopt: null, recreate: false, waitMs: 0 } as const
  await run(workspace, 'paying_to_meta', { ...options, approveAll: true, now: NOW }, () => {})
  const lines = await linesOf(workspace, 'paying', { format: 'jsonl', hashed: true })
  const exported = lines.map((line) =>
    Object.entries(lineSchema.parse(JSON.parse(line)))
      .map(([key, cell]) => `${key}=${cell}`)
      .toSorted()
      .join(' '),
  )
  assert.ok(sent.length > 50)
  assert.deepEqual(exported.toSorted(), sent.toSorted())
  const csv = await linesOf(workspace, 'paying', { format: 'csv', hashed: true })
  assert.equal(csv[0], 'EXTERN_ID,EMAIL,PHONE,FN,LOOKALIKE_VALUE')
  assert.equal(csv.length, lines.length + 1)
})

test('export gives the members as their model has them, also as CSV again', async (context) => {
  const folder = temporaryFolder(context)
  const people = madePeople(40, 9)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': csvOf(people),
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  const csv = await linesOf(workspace, 'unused', { format: 'csv', hashed: false })
  assert.equal(`${csv.join('\n')}\n`, csvOf(people))
  const jsonl = await linesOf(workspace, 'unused', { format: 'jsonl', hashed: false })
  assert.deepEqual(
    jsonl.map((line) => lineSchema.parse(JSON.parse(line))['customer_id']),
    people.map(({ customer_id: id }) => id),
  )
})
