// People who are erased leave nothing behind, and everybody else stays as they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identifierKey, type Identifier } from '../../src/core/identity/identifier.ts'
import { isOfErased } from '../../src/core/identity/of-erased.ts'
import { identifierReader } from '../../src/core/identity/read-identifiers.ts'
import { DEFAULT_RULES } from '../../src/core/identity/rules.ts'
import { sha256 } from '../../src/core/match-key/sha256.ts'
import type { Message } from '../../src/core/event/message.ts'
import { beginErasing, erasePieces } from '../../src/people/erase.ts'
import type { Unfinished, Wanted } from '../../src/people/erasures.ts'
import { findPeople } from '../../src/people/find-people.ts'
import { sweepPieces } from '../../src/people/merge-pieces.ts'
import { takeIn, type TakenIn } from '../../src/people/take-in.ts'
import type { Tools } from '../../src/people/tools.ts'
import { external, message } from '../support/message.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { textIn } from './bytes-of.ts'
import { everything } from './life.ts'
import { openTown, streamOf, type Town } from './town.ts'

const HOUR = 3_600_000

/** Erases to the end, but for the grace that pieces which were replaced have. @returns all identifiers that went */
async function erase(tools: Tools, ...identifiers: readonly Identifier[]): Promise<Identifier[]> {
  const found = await findPeople(tools, only(...identifiers))
  await beginErasing(tools, { people: found.map(({ person }) => person), identifiers })
  const unfinished = await tools.store.erasures.unfinished()
  assert.ok(unfinished)
  await erasePieces(tools, unfinished)
  assert.equal(tools.store.erasures.compact(), true)
  await tools.store.erasures.end(unfinished)
  return [...identifiers, ...found.flatMap((person) => person.identifiers)]
}

const only = (...identifiers: readonly Identifier[]): Wanted => ({ people: [], identifiers })
const user = (value: string): Identifier => ({ kind: 'user_id', value })
const email = (value: string): Identifier => ({ kind: 'email', value })
const anonymous = (value: string): Identifier => ({ kind: 'anonymous_id', value })

const identify = (parts: Partial<Message>): Message =>
  message({ kind: 'identify', event: null, ...parts })

/** A town in which people share devices and addresses now and then. No identifier stands in another one. */
function townsfolk(seed: number, count: number): Message[] {
  const random = seededRandom(seed)
  const pick = (sides: number): number => Math.floor(random() * sides)
  const maybe = <T>(share: number, value: () => T): T | null => (random() < share ? value() : null)
  const messages: Message[] = []
  for (let place = 0; place < count; place += 1) {
    const home = pick(25)
    const near = (): number => (random() < 0.85 ? home : pick(25))
    const mail = maybe(0.4, () =>
      `<mail-${seed}-${near()}-${pick(2)}>@example.com`.replaceAll(/[<>]/g, '_'),
    )
    const identity = {
      userId: maybe(0.4, () => `<user-${seed}-${near()}>`),
      anonymousId: maybe(0.7, () => `<device-${seed}-${near()}-${pick(3)}>`),
      timestamp: pick(1000) * HOUR,
      context: random() < 0.2 ? external(['shop', `<shop-${seed}-${near()}>`]) : {},
    }
    const said = { plan: `p${pick(3)}`, n: pick(2) }
    const traits = { ...(mail === null ? {} : { email: mail }), ...said }
    const about = random()
    messages.push(
      about < 0.2
        ? message({ ...identity, kind: 'group', event: null, groupId: `g${pick(6)}`, traits: said })
        : about < 0.6
          ? identify({ ...identity, traits })
          : message({
              ...identity,
              event: `e${pick(5)}`,
              properties: { device: identity.anonymousId },
            }),
    )
    if (random() < 0.1) messages.push(messages[pick(messages.length)] ?? message({}))
  }
  return messages
}

const rules = { sharedAfter: 1000 }
const read = identifierReader({ ...DEFAULT_RULES, ...rules })

test('whoever is erased at any moment was never there for what can be asked, and is in no file', async (context) => {
  for (let seed = 1; seed <= 4; seed += 1) {
    const random = seededRandom(seed)
    const messages = townsfolk(seed, 500)
    const batches = Array.from({ length: 25 }, (_, part) =>
      messages.slice((part * messages.length) / 25, ((part + 1) * messages.length) / 25),
    )
    const town = await openTown(context, () => 0)
    const gone: Identifier[] = []
    for (const batch of batches) {
      await town.take([batch], rules)
      if (random() > 0.25) continue
      const [somebody] = read(batch[Math.floor(random() * batch.length)] ?? message({})).identifiers
      if (somebody !== undefined) gone.push(...(await erase(town, somebody)))
    }
    assert.ok(gone.length > 5, `seed ${seed} erased somebody`)
    const quiet = await openTown(context, () => 0)
    await erase(quiet, ...gone)
    await quiet.take([messages], rules)
    const left = await everything(quiet)
    assert.deepEqual(await everything(town), left, `seed ${seed}`)
    await assertNowhere(town, messages, gone)
  }
})

/** Of what only their own messages said, nothing is in any file once nobody can be reading the old ones. */
async function assertNowhere(
  town: Town,
  messages: readonly Message[],
  gone: readonly Identifier[],
): Promise<void> {
  const keys = new Set(gone.map(identifierKey))
  const isErased = (key: string): boolean => keys.has(key)
  const others = messages
    .map(read)
    .filter(({ identifiers }) => !isOfErased(identifiers, { isShared: () => false, isErased }))
    .flatMap(({ identifiers }) => identifiers.map(identifierKey))
  const alone = gone.filter((identifier) => !others.includes(identifierKey(identifier)))
  assert.ok(alone.length > 3)
  const text = await inOneHour(town)
  for (const { value } of alone) assert.ok(!text.includes(value), value)
  const [present] = others
  assert.ok(present === undefined || text.includes(present.slice(present.indexOf(':') + 1)))
}

async function inOneHour(town: Town): Promise<string> {
  await sweepPieces({ ...town, now: () => Date.now() + 2 * HOUR })
  return textIn(town.path, town.local)
}

test('a person is found by what they have, also by what somebody had who became part of them', async (context) => {
  const town = await openTown(context)
  await town.take([
    [message({ anonymousId: 'a1' }), message({ anonymousId: 'a2' })],
    [message({ anonymousId: 'a1', userId: 'u1' }), message({ anonymousId: 'a2', userId: 'u1' })],
    [message({ userId: 'u2' })],
  ])
  const [merge] = await town.ask(
    'select person::varchar as person, stands::varchar as stands from merges',
  )
  const [first = { person: '' }, ...more] = await findPeople(town, only(anonymous('a1')))
  assert.deepEqual(
    [first, ...more],
    [
      {
        person: first.person,
        ids: [first.person, String(merge?.['person'])].toSorted(),
        identifiers: [anonymous('a1'), anonymous('a2'), user('u1')],
        earlier: [],
        events: 4,
      },
    ],
  )
  assert.equal(merge?.['stands'], first.person)
  const byOldId = { people: [String(merge?.['person'])], identifiers: [] }
  assert.deepEqual(await findPeople(town, byOldId), [first])
  assert.deepEqual(await findPeople(town, { people: ['no id'], identifiers: [user('u9')] }), [])
})

test('who was erased does not come back; who uses the same phone next may go on', async (context) => {
  const town = await openTown(context)
  await town.take([
    [identify({ userId: 'u1', anonymousId: 'phone', traits: { email: 'ann@example.com' } })],
  ])
  await erase(town, user('u1'))
  const hashed = identify({ traits: { email: sha256('ann@example.com') } })
  const [taken] = await town.take([
    [
      identify({ userId: 'u1', anonymousId: 'new', traits: { name: 'Ann' } }),
      message({ anonymousId: 'phone' }),
      identify({ anonymousId: 'another', traits: { email: 'Ann@Example.com' } }),
      hashed,
      message({ userId: 'u2', anonymousId: 'phone' }),
      message({ anonymousId: 'new' }),
    ],
  ])
  assert.deepEqual(taken?.turnedAway, [{ reason: 'erased', source: 'web', count: 4 }])
  assert.deepEqual(
    await town.ask(
      'select user_id::varchar as u, anonymous_id::varchar as a from profiles order by all',
    ),
    [
      { u: '[u2]', a: null },
      { u: null, a: '[new]' },
    ],
  )
})

test('what was decided before an erasure and is kept after it does not bring anybody back', async (context) => {
  const town = await openTown(context)
  await town.take([[message({ userId: 'u1' })]])
  let erasing: Promise<unknown> | undefined
  // A piece is named after everything was decided; what is asked of the store now comes before what is kept then.
  const newName = (): string => {
    const { tombstoneOf } = town
    erasing ??= town.store.erasures.begin({ ...only(user('u1')), named: [], tombstoneOf, now: 1 })
    return town.newName()
  }
  const late = [message({ userId: 'u1' }), message({ userId: 'u2' })]
  const taken: TakenIn[] = []
  for await (const batch of takeIn({ ...town, newName }, DEFAULT_RULES, streamOf('late', late, 9)))
    taken.push(batch)
  assert.notEqual(await erasing, null)
  assert.deepEqual(taken[0]?.turnedAway, [{ reason: 'erased', source: 'web', count: 1 }])
  assert.deepEqual(await town.store.erasures.ownersOf([user('u1')]), [])
  assert.equal((await town.store.erasures.ownersOf([user('u2')])).length, 1)
})

test('a shared mailbox that is erased by name stays unknown, and nobody loses theirs', async (context) => {
  const town = await openTown(context)
  const seen = (place: number): Message =>
    identify({ userId: `u${place}`, traits: { email: 'office@example.com' } })
  await town.take([[0, 1, 2].map(seen)], { sharedAfter: 2 })
  const shared = 'select user_id::varchar as u, email::varchar as e from profiles order by all'
  const before = await town.ask(shared)
  assert.ok(before.every(({ e }) => e === null))
  const [owner] = await findPeople(town, only(user('u0')))
  assert.deepEqual(owner?.earlier, [email('office@example.com')])
  await erase(town, email('office@example.com'))
  assert.deepEqual(await town.ask(shared), before)
  const told = `select fact from people_store.facts where fact <> 'trait' and value = 'office@example.com'`
  assert.deepEqual(await town.ask(told), [])
  const [taken] = await town.take([
    [identify({ traits: { email: 'office@example.com' } }), seen(3)],
  ])
  assert.deepEqual(taken?.turnedAway, [{ reason: 'erased', source: 'web', count: 1 }])
  assert.equal((await town.ask(shared)).length, 4)
})

test('who became part of somebody is known also after the piece that told it was written anew', async (context) => {
  const town = await openTown(context)
  const told = [
    ['d', message({ anonymousId: 'a1' })],
    ['c', message({ userId: 'u1' })],
    ['a', message({ userId: 'u1', anonymousId: 'a1' })],
    ['b', message({ userId: 'u2' })],
  ] as const
  // The piece that tells of the merge comes first.
  for (const [name, one] of told) {
    const taking = takeIn({ ...town, newName: () => name }, DEFAULT_RULES, streamOf(name, [one], 1))
    for await (const batch of taking) assert.equal(batch.messages, 1)
  }
  const unfinished = async (): Promise<Unfinished> =>
    (await town.store.erasures.unfinished()) ?? assert.fail('nothing is under way')
  await beginErasing(town, only(user('u1')))
  for (const left of [3, 2]) {
    let written = 0
    const newName = (): string => {
      written += 1
      if (written > 1) throw new Error('killed')
      return `0-${town.newName()}`
    }
    await assert.rejects(erasePieces({ ...town, newName }, await unfinished()), /killed/)
    assert.equal((await town.store.shape()).pieces.length, left)
  }
  await erasePieces(town, await unfinished())
  assert.deepEqual(await town.ask('select user_id[1] as u from profiles'), [{ u: 'u2' }])
  assert.deepEqual(await town.ask('select count(*)::integer as n from events'), [{ n: 1 }])
})

test('many small pieces and one large one: those without the person stay as they are', async (context) => {
  const town = await openTown(context)
  await town.take(Array.from({ length: 5 }, (_, place) => [message({ userId: `u${place}` })]))
  const names = async (): Promise<readonly string[]> =>
    (await town.store.shape()).pieces.map(({ name }) => name)
  const before = await names()
  await erase(town, user('u1'), user('u3'))
  const after = await names()
  assert.equal(after.length, 3)
  assert.ok(after.every((name) => before.includes(name)))
})
