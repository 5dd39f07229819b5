// `rollcall erase`, ended with SIGKILL at many moments and gone on with by runs: the person is out and nowhere kept, nobody else is hit.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import { pickAll, Place } from '../cli/rollcall.ts'
import { seededRandom } from '../support/seeded-random.ts'

const ROUNDS = 8
const HOUSEHOLD = 4
let sandbox: Awaited<ReturnType<typeof serveSandbox>>

before(async () => {
  sandbox = await serveSandbox({ port: 0, tier: 'off' })
})
after(async () => sandbox.close())

const definition = (): string =>
  `version: 1
sources: { shop: { type: files, path: ./data } }
models: { customers: { source: shop, table: customers, key: customer_id } }
audiences: { all: { name: all, model: customers }, more: { name: more, model: customers } }
destinations: { meta: { type: meta, api_url: "${sandbox.url}" } }
syncs:
  all: { audience: all, destination: meta, settle: 1s, mapping: { EXTERN_ID: customer_id, EMAIL: email, PHONE: phone } }
  more: { audience: more, destination: meta, settle: 1s, mapping: { EMAIL: email, PHONE: phone } }
`

/** Each four people share an address. */
const people = Array.from({ length: ROUNDS * HOUSEHOLD }, (_, place) => ({
  id: `c${place}`,
  email: `home${Math.floor(place / HOUSEHOLD)}@example.com`,
  phone: `1202555${1000 + place}`,
}))

async function phonesInside(): Promise<string[][]> {
  const audiences = (await (await fetch(`${sandbox.url}/_control/audiences`)).json()) as readonly {
    id: string
  }[]
  return Promise.all(
    audiences.map(async ({ id }) => {
      const answer = await fetch(`${sandbox.url}/_control/audiences/${id}/members`)
      return ((await answer.json()) as readonly { PHONE: string }[])
        .map(({ PHONE }) => PHONE)
        .toSorted()
    }),
  )
}

test('an erasure that is killed at any moment is gone on with, and nobody of the household is lost', async () => {
  const place = new Place({
    'rollcall.yaml': definition(),
    'data/customers.csv': `customer_id,email,phone\n${people.map(({ id, email, phone }) => `${id},${email},+${phone}\n`).join('')}`,
  })
  assert.equal((await place.rollcall('sync', '--approve')).code, 0)
  const random = seededRandom(5)
  let killed = 0
  let longest = 1_500
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now()
    const { child, ended } = place.start('erase', `EXTERN_ID=c${round * HOUSEHOLD}`, '--approve')
    const timer = setTimeout(() => child.kill('SIGKILL'), longest * (0.2 + 0.8 * random()))
    const { code } = await ended
    clearTimeout(timer)
    if (code === null) killed += 1
    else longest = (performance.now() - began) * 0.9
    // What it left is done by the runs of the others' erasures too.
    if (round % 2 === 0) await place.rollcall('sync')
  }
  assert.ok(killed > 1, `only ${killed} of ${ROUNDS} were killed`)
  await delay(1_100)
  const gone = people.filter((_, at) => at % HOUSEHOLD === 0)
  // Those who were killed before anything was begun are asked for again.
  for (const { id } of gone) await place.rollcall('erase', `EXTERN_ID=${id}`, '--approve')
  await delay(1_100)
  assert.equal((await place.rollcall('sync')).code, 0)
  assert.deepEqual(
    new Set(pickAll((await place.json('erase', '--list')).document, 'erasures', 'state')),
    new Set(['done']),
  )
  const stay = people.filter((_, at) => at % HOUSEHOLD !== 0)
  const expected = stay.map(({ phone }) => hash('sha256', phone)).toSorted()
  assert.deepEqual(await phonesInside(), [expected, expected])
  assertNoTrace(
    join(place.folder, '.rollcall'),
    gone.map(({ phone }) => hash('sha256', phone)),
  )
})

/** Files are compressed, so of the ledger only the text of the database and what is stored as it is can be looked at. */
function assertNoTrace(folder: string, digests: readonly string[]): void {
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const text = readFileSync(join(file.parentPath, file.name), 'latin1')
    for (const digest of digests) {
      assert.ok(!text.includes(digest), file.name)
      assert.ok(!text.includes(Buffer.from(digest, 'hex').toString('latin1')), file.name)
    }
  }
}
