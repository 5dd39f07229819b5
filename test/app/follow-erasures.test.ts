// Whoever follows for weeks goes on with what another command left of an erasure, in a world whose clock moves at each look.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { erase } from '../../src/app/erase/erase.ts'
import { findPersonHere } from '../../src/app/erase/find-person.ts'
import { namePerson } from '../../src/app/name-person.ts'
import { follow } from '../../src/app/follow.ts'
import { FollowedSync } from '../../src/app/followed-sync.ts'
import { PLAIN_RUN } from '../../src/app/quick-pass.ts'
import { run } from '../../src/app/run.ts'
import { readDefinition, Workspace } from '../../src/app/workspace.ts'
import { NOW, surroundings, temporaryFolder, writeFiles } from './house.ts'

const DEFINITION = `version: 1
sources: { shop: { type: files, path: . } }
models: { customers: { source: shop, table: customers, key: id } }
audiences: { all: { model: customers } }
destinations: { meta: { type: meta } }
syncs: { all_to_meta: { audience: all, destination: meta, settle: 1s, mapping: { EMAIL: email } } }
`
const EMAIL = 'anna@example.com'

test('following goes on with an erasure that Meta did not answer', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'customers.csv': `id,email\n1,${EMAIL}\n2,ben@example.com\n`,
  })
  const end = new AbortController()
  let cut = false
  const { world, ...others } = surroundings(
    (sandbox) => async (request) =>
      cut ? Promise.reject(new TypeError('The wire is cut')) : sandbox(request),
  )
  const sleep = async (): Promise<void> => setImmediate()
  const loaded = readDefinition(`${folder}/rollcall.yaml`, {})
  assert.ok(loaded.kind !== 'invalid')
  await using workspace = await Workspace.open(`${folder}/rollcall.yaml`, loaded.definition, {
    ...others,
    world: { ...world, sleep },
    stop: end.signal,
  })
  const silent = (): void => undefined
  await run(workspace, 'all_to_meta', { ...PLAIN_RUN, now: NOW, approveAll: true }, silent)
  const named = namePerson([EMAIL], {
    idColumns: [],
    phoneCountry: null,
    currentYear: 2026,
  })
  cut = true
  const found = await findPersonHere(workspace, named)
  const begun = await erase(workspace, named, found, silent)
  assert.equal(begun.finishedAt, null)
  cut = false
  const erased: string[] = []
  let passes = 0
  await follow(workspace, [new FollowedSync('all_to_meta', 3_600_000, [])], {
    ran: async () => {
      passes += 1
      // It is long past when everybody is judged again.
      if (passes > 1) end.abort()
      return Promise.resolve()
    },
    failed: (_, error) => assert.fail(error),
    erased: ({ id }) => {
      erased.push(id)
      end.abort()
    },
    note: silent,
    happening: silent,
  })
  assert.deepEqual(erased, [begun.id])
  assert.deepEqual(await workspace.store.pendingErasures(), [])
})
