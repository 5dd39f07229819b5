import assert from 'node:assert/strict'
import { globSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { customers, definition, pick, Place } from './rollcall.ts'

const filesIn = (place: Place): string[] =>
  globSync('.rollcall/**/*', { cwd: place.folder, exclude: ['.rollcall/spill/**'] })
    .map((path) => join(place.folder, path))
    .toSorted()

/** What group and others may do with a file; undefined when it is gone. */
function openedTo(path: string): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? undefined : found.mode & 0o077
}

void test('whatever is written into the state folder is its owner’s alone from the first byte', async () => {
  const place = new Place({
    'rollcall.yaml': definition(),
    'data/customers.csv': customers(40_000),
  })
  const before = process.umask(0o022)
  const seen = new Set<string>()
  try {
    // The engine writes a file for a while before anybody could close it to others: it is looked at as soon as it is there.
    const { ended } = place.start('sync', '--approve')
    const end = new AbortController()
    void ended.finally(() => end.abort())
    while (!end.signal.aborted) {
      for (const path of filesIn(place)) {
        const open = openedTo(path)
        if (open === undefined) continue
        seen.add(path)
        assert.equal(open, 0, path)
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    assert.equal((await ended).code, 0)
  } finally {
    process.umask(before)
  }
  for (const part of ['plan-', 'ledger-', 'store.db', 'sandbox.log', 'secret'])
    assert.ok(
      [...seen].some((path) => path.includes(part)),
      `${part} was never seen`,
    )
})

void test('without a file of the ledger nothing is sent on a guess, and it is said what to do', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(20) })
  await place.rollcall('sync')
  place.write('data/customers.csv', customers(19))
  for (const part of ['members', 'rows']) {
    const [path = ''] = filesIn(place).filter((file) => file.endsWith(`.${part}.parquet`))
    for (const damage of [rmSync, truncateSync]) {
      renameSync(path, `${path}.kept`)
      place.write(path.slice(place.folder.length), 'PAR1')
      damage(path)
      for (const words of [['plan'], ['sync'], ['sync', '--full']]) {
        const { code, stdout, stderr } = await place.rollcall(...words)
        assert.equal(code, 3, `${words.join(' ')} ${part} ${damage.name}: ${stdout}${stderr}`)
        assert.match(
          stdout,
          /\[state\/ledger-damaged\]\n {4}→ Restore the state folder from a backup/,
        )
      }
      rmSync(path, { force: true })
      renameSync(`${path}.kept`, path)
    }
  }
  const back = await place.json('sync')
  assert.equal(back.code, 0)
  assert.deepEqual(pick(back.document, ['runs', 0, 'accepted']), { added: 0, removed: 1 })
})
