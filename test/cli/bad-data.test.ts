import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { customers, definition, Place } from './rollcall.ts'

const with_ = (csv: string | Uint8Array, text = definition()): Place =>
  new Place({ 'rollcall.yaml': text, 'data/customers.csv': csv })

void test('a byte order mark is no part of the first column', async () => {
  const { code, stdout, stderr } = await with_(`\uFEFF${customers(3)}`).rollcall('plan')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /Added\s+3 /)
})

void test('another encoding is a clear error, and can be named', async () => {
  const latin = Buffer.from(customers(3).replace('person2', 'pérsón2'), 'latin1')
  const place = with_(latin)
  const failed = await place.rollcall('sync')
  assert.equal(failed.code, 3)
  assert.match(failed.stdout, /source\/encoding/)
  assert.match(failed.stdout, /encoding: latin-1/)
  assert.doesNotMatch(failed.stdout + failed.stderr, /rs.n2@/, 'no data in a message')

  const source = '{ type: files, path: ./data, encoding: latin-1 }'
  place.write('rollcall.yaml', definition({ source }))
  const read = await place.rollcall('sync')
  assert.equal(read.code, 0, read.stdout)
})

void test('a broken row stops the run before anything is sent, and nothing of it is printed', async () => {
  const place = with_(customers(40))
  await place.rollcall('sync')
  place.write('data/customers.csv', `${customers(30)}c31,"secret@example.com,5\nnext person,d\n`)
  const { code, stdout, stderr } = await place.rollcall('sync')
  assert.equal(code, 3)
  assert.match(stdout, /source\/broken-csv/)
  assert.match(
    stdout,
    /Cannot read line 32 of ".*customers\.csv": it has 3 cells and not 4|Cannot read line 32 of ".*customers\.csv": a quote in it is not closed/,
  )
  assert.doesNotMatch(stdout + stderr, /next person/)
  assert.doesNotMatch(stdout + stderr, /secret@/)
  place.write('data/customers.csv', customers(40))
  const mended = await place.rollcall('plan')
  assert.match(mended.stdout, /In step: 40 people/, 'nothing was lost')
})

void test('a cell of a million characters costs that value alone', async () => {
  const huge = `c4,${'x'.repeat(1_000_000)}@example.com,+12025551234,7\n`
  const { code, stdout, stderr } = await with_(customers(3) + huge).rollcall('plan')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /Added\s+4 /)
  assert.match(stdout, /1 {2}EMAIL {2}too-long/)
})

void test('a missing key column and a source that vanished are told with what to do', async () => {
  const place = with_(customers(3), definition().replace('key: customer_id', 'key: id'))
  const keyless = await place.rollcall('sync')
  assert.notEqual(keyless.code, 0)
  assert.match(keyless.stdout, /"?id"?/)

  place.write('rollcall.yaml', definition())
  await place.rollcall('sync')
  rmSync(join(place.folder, 'data/customers.csv'))
  const vanished = await place.rollcall('sync')
  assert.equal(vanished.code, 3)
  assert.match(vanished.stdout, /→ /)
  place.write('data/customers.csv', customers(3))
  const back = await place.rollcall('plan')
  assert.match(back.stdout, /In step: 3 people/)
})
