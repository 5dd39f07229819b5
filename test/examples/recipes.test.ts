// The recipes as their readers run them: each definition file over the data beside it, into the sandbox.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createSandbox, type Sandbox } from '../../sandbox/meta/sandbox.ts'
import { plan, run, type FinishedRun, type PlannedSync } from '../../src/app/run.ts'
import { readDefinition, Workspace, type Surroundings } from '../../src/app/workspace.ts'

const RECIPES = join(import.meta.dirname, '../../docs/recipes')
const TODAY = Date.parse('2026-11-01T00:00:00Z')
const FROM_FILES_ALONE = {
  full: false,
  empty: false,
  adopt: null,
  recreate: false,
  approveAll: false,
  waitMs: 0,
} as const

interface Recipe {
  readonly sync: string
  /** Who is in, by EXTERN_ID; with a value where the audience has values. */
  readonly members: readonly string[]
  readonly values?: Readonly<Record<string, number>>
  readonly rows: number
  /** Match key and reason of each value that was turned down. */
  readonly rejected: readonly string[]
  /** A change of the data, and who is in after it. */
  readonly change: {
    readonly file: string
    readonly from: string
    readonly to: string
    readonly members: readonly string[]
  }
}

const EXPECTED: Readonly<Record<string, Recipe>> = {
  'suppress-converted': {
    sync: 'bought_recently_to_meta',
    members: ['c-01', 'c-03', 'c-05', 'c-06', 'c-08'],
    rows: 5,
    rejected: ['EMAIL not-an-email', 'PHONE not-a-phone'],
    change: {
      file: 'data/orders.csv',
      from: '2026-10-20,paid',
      to: '2026-10-20,refunded',
      members: ['c-01', 'c-03', 'c-06', 'c-08'],
    },
  },
  'lookalike-seed': {
    sync: 'loyal_subscribers_to_meta',
    members: ['s-01', 's-02', 's-08'],
    rows: 3,
    rejected: ['COUNTRY not-a-country'],
    change: {
      file: 'data/subscribers.csv',
      from: 'premium,11,',
      to: 'premium,12,',
      members: ['s-01', 's-02', 's-03', 's-08'],
    },
  },
  'unfinished-checkout': {
    sync: 'unfinished_checkout_to_meta',
    members: ['101', '102', '105'],
    rows: 4,
    rejected: [],
    change: {
      file: 'data/checkouts.csv',
      from: '2026-10-30T18:20:00Z,',
      to: '2026-10-30T18:20:00Z,2026-10-31T20:00:00Z',
      members: ['102', '105'],
    },
  },
  'return-on-ad-spend': {
    sync: 'paid_off_to_meta',
    members: ['k-1', 'k-4', 'k-5'],
    values: { 'k-1': 125.5, 'k-4': 75, 'k-5': 300 },
    rows: 3,
    rejected: [],
    change: {
      file: 'data/orders.csv',
      from: '119.99',
      to: '120.00',
      members: ['k-1', 'k-2', 'k-4', 'k-5'],
    },
  },
  'only-with-consent': {
    sync: 'customers_to_meta',
    members: ['u-1', 'u-4', 'u-5'],
    rows: 3,
    rejected: [],
    change: {
      file: 'data/consents.csv',
      from: 'u-1,advertising,true',
      to: 'u-1,advertising,false',
      members: ['u-4', 'u-5'],
    },
  },
}

let clock = TODAY

/** A copy of a recipe with a sandbox of its own; closing it leaves nothing behind. */
function kitchen(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-recipe-'))
  cpSync(join(RECIPES, name), folder, { recursive: true })
  const sandbox = createSandbox({ now: () => TODAY, seed: 1 })
  return {
    folder,
    sandbox,
    [Symbol.dispose]: () => {
      sandbox.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function surroundingsWith(sandbox: Sandbox): Surroundings {
  return {
    world: {
      // A step further at each look: runs are told apart by their time.
      now: () => (clock += 1),
      sleep: () => Promise.resolve(),
      random: () => 0.5,
      fetch: () => Promise.reject(new Error('A recipe asked for the network')),
    },
    env: {},
    startSandbox: () => Promise.resolve((request: Request) => sandbox.fetch(request)),
    owner: 'test:1',
    isDead: () => false,
  }
}

const tell = (): void => {}

async function callRoll(
  folder: string,
  sandbox: Sandbox,
  sync: string,
  now: number,
): Promise<{ planned: PlannedSync; finished: FinishedRun }> {
  const file = join(folder, 'rollcall.yaml')
  const surroundings = surroundingsWith(sandbox)
  const loaded = readDefinition(file, surroundings.env)
  assert.equal(loaded.kind, 'valid', JSON.stringify(loaded))
  assert.deepEqual(loaded.warnings, [])
  assert.deepEqual(Object.keys(loaded.definition.syncs), [sync])
  await using workspace = await Workspace.open(file, loaded.definition, surroundings)
  const planned = await plan(workspace, sync, { full: false, empty: false, now }, tell)
  const finished = await run(workspace, sync, { ...FROM_FILES_ALONE, now }, tell)
  return { planned, finished }
}

function heldBy(sandbox: Sandbox): readonly Readonly<Record<string, unknown>>[] {
  const [audience] = sandbox.model.audienceIds()
  return audience === undefined ? [] : sandbox.model.rowsOf(audience)
}

const idsIn = (sandbox: Sandbox): string[] =>
  [...new Set(heldBy(sandbox).map((row) => String(row['EXTERN_ID'])))].toSorted()

test('every recipe is tried', () => {
  const folders = readdirSync(RECIPES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  assert.deepEqual(folders.toSorted(), Object.keys(EXPECTED).toSorted())
})

for (const [name, expected] of Object.entries(EXPECTED)) {
  const { sync, members, rows, rejected, change } = expected

  test(`${name}: the page shows the file as it is`, () => {
    const page = readFileSync(join(RECIPES, name, 'README.md'), 'utf8')
    const blocks = [...page.matchAll(/^```yaml\n(?<yaml>[\s\S]*?)^```$/gm)]
    assert.deepEqual(
      blocks.map((block) => block.groups?.['yaml']),
      [readFileSync(join(RECIPES, name, 'rollcall.yaml'), 'utf8')],
    )
  })

  test(`${name}: the people it describes are in, and follow the data`, async () => {
    using kit = kitchen(name)
    const { planned, finished } = await callRoll(kit.folder, kit.sandbox, sync, TODAY)
    assert.equal(planned.addressee.environment, 'SANDBOX')
    assert.deepEqual(planned.holds, [])
    assert.equal(planned.counts.members, members.length)
    assert.deepEqual(
      planned.counts.rejected.map(({ key, reason }) => `${key} ${reason}`).toSorted(),
      rejected,
    )
    assert.equal(finished.state, 'done')
    assert.equal(heldBy(kit.sandbox).length, rows)
    assert.deepEqual(idsIn(kit.sandbox), members)
    for (const row of heldBy(kit.sandbox))
      assert.equal(row['LOOKALIKE_VALUE'], expected.values?.[String(row['EXTERN_ID'])])

    const path = join(kit.folder, change.file)
    const text = readFileSync(path, 'utf8')
    assert.ok(text.includes(change.from))
    writeFileSync(path, text.replace(change.from, change.to))
    const again = await callRoll(kit.folder, kit.sandbox, sync, TODAY)
    assert.equal(again.finished.state, 'done')
    assert.deepEqual(idsIn(kit.sandbox), change.members)
  })
}
