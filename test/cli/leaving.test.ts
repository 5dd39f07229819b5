// Whoever must leave leaves: by the do-not-send list whatever else holds the run, and by a mode that is changed.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import { customers, definition, pick, Place } from './rollcall.ts'

const served = await serveSandbox({ port: 0 })
after(async () => served.close())
beforeEach(async () => {
  await fetch(`${served.url}/_control/reset`, { method: 'POST' })
})

const WITH_LIST = 'do_not_send: [ ./suppressed.csv ]\n'

function placeOf(count: number, more = ''): Place {
  const text = definition({ apiUrl: served.url })
  return new Place({
    'rollcall.yaml': `${text}${more}${WITH_LIST}`,
    'data/customers.csv': customers(count),
    'suppressed.csv': 'email\n',
  })
}

/** Whether the only audience has a row with the e-mail address of that customer. */
async function holds(customer: number): Promise<boolean> {
  const audiences = await control('audiences')
  assert.ok(Array.isArray(audiences) && audiences.length === 1)
  const members = await control(`audiences/${String(pick(audiences, [0, 'id']))}/members`)
  return JSON.stringify(members).includes(hash('sha256', `person${customer}@example.com`))
}

async function control(path: string): Promise<unknown> {
  return (await fetch(`${served.url}/_control/${path}`)).json()
}

void test('the do-not-send list takes people out while a guard holds the rest', async () => {
  const place = placeOf(300)
  assert.equal((await place.rollcall('sync')).code, 0)
  assert.equal(await holds(7), true)
  place.write('data/customers.csv', customers(150))
  place.write('suppressed.csv', 'email\nperson7@example.com\nperson200@example.com\n')

  const plan = await place.json('plan')
  assert.equal(plan.code, 3)
  assert.equal(pick(plan.document, ['plans', 0, 'work', 'rows', 'suppressed']), 2)
  const held = await place.json('sync')
  assert.equal(held.code, 3)
  assert.equal(pick(held.document, ['runs', 0, 'state']), 'held')
  assert.equal(pick(held.document, ['runs', 0, 'accepted', 'removed']), 2)
  assert.deepEqual([await holds(7), await holds(200)], [false, false])
  assert.deepEqual([await holds(8), await holds(201)], [true, true])
})

void test('the do-not-send list takes people out though the source cannot be read', async () => {
  const place = placeOf(30)
  await place.rollcall('sync')
  rmSync(join(place.folder, 'data/customers.csv'))
  place.write('suppressed.csv', 'email\nperson7@example.com\n')
  const failed = await place.json('sync')
  assert.notEqual(failed.code, 0)
  assert.equal(await holds(7), false)
  assert.equal(await holds(8), true)

  const listed = await place.json('runs')
  assert.equal(pick(listed.document, ['runs', 0, 'sent', 'removed']), 1)
  assert.match(
    String(pick(listed.document, ['runs', 0, 'problem', 'code'])),
    /^(source|definition)\//,
  )
})

void test('the do-not-send list takes people out of an audience that is only added to', async () => {
  const place = placeOf(30, '    mode: add_only\n')
  await place.rollcall('sync')
  place.write('data/customers.csv', customers(10))
  place.write('suppressed.csv', 'email\nperson7@example.com\nperson20@example.com\n')
  const plan = await place.json('plan')
  assert.equal(pick(plan.document, ['plans', 0, 'work', 'rows', 'remove']), 2)
  assert.equal((await place.rollcall('sync')).code, 0)
  assert.deepEqual([await holds(7), await holds(20)], [false, false])
  assert.equal(await holds(21), true)
})

void test('what another mode left in the audience goes when the mode is changed', async () => {
  const place = placeOf(30, '    mode: add_only\n')
  await place.rollcall('sync')
  place.write(
    'data/customers.csv',
    customers(30)
      .replace(/^c20,.*\n/m, '')
      .replace('person7@', 'seven@'),
  )
  await place.rollcall('sync')
  assert.deepEqual([await holds(7), await holds(20)], [true, true])

  place.write('rollcall.yaml', `${definition({ apiUrl: served.url })}${WITH_LIST}`)
  assert.equal((await place.rollcall('sync')).code, 0)
  assert.deepEqual([await holds(7), await holds(20), await holds(8)], [false, false, true])
})
