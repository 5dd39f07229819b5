// What the command line says of people who were erased.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eraseKept } from '../../src/app/erase-kept.ts'
import { openReal } from '../people/open-real.ts'
import { Place } from './rollcall.ts'

test('an import of the same rows again and a try of a message say that the person was erased', async () => {
  const place = new Place({
    'rollcall.yaml': 'version: 1\n',
    'people.csv': 'user_id,email\nu1,ann@example.com\nu2,ben@example.com\n',
    'again.csv': 'user_id,email,plan\nu1,ann@example.com,pro\nu2,ben@example.com,pro\n',
    'message.json': JSON.stringify([
      { type: 'track', event: 'X', userId: 'u1', anonymousId: 'a1' },
      { type: 'identify', userId: 'u3', traits: { email: 'Ann@Example.com' } },
    ]),
  })
  const words = ['--map', 'trait.email=email']
  assert.equal((await place.rollcall('import', 'people.csv', ...words)).code, 0)
  {
    await using workspace = await openReal(place.folder)
    const identifiers = [{ kind: 'email', value: 'ann@example.com' }]
    const erased = await eraseKept(workspace, { people: [], identifiers })
    assert.deepEqual([erased.profiles, erased.identifiers, erased.events], [1, 2, 0])
  }
  const again = await place.rollcall('import', 'again.csv', ...words)
  assert.match(again.stdout, /0 events, 0 people new/)
  assert.match(again.stdout, /1 {2}It is of somebody who was erased\./)
  const tried = await place.rollcall('identity', 'try', 'message.json', '--present')
  assert.match(tried.stdout, /1 track X → nobody/)
  assert.match(tried.stdout, /user_id +u1 +ignored: Whoever had this value was erased\./)
  assert.match(
    tried.stdout,
    /anonymous_id +a1 +ignored: The message is of somebody who was erased\./,
  )
  assert.match(tried.stdout, /2 identify +→ a new person/)
  assert.match(
    tried.stdout,
    /email +ann@example\.com +ignored: Whoever had this value was erased\./,
  )
})
