// Who is who, by examples; the laws are in test/people.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { external, message } from '../../../test/support/message.ts'
import { resolver } from '../../../test/support/resolver.ts'
import type { Resolution } from './resolve.ts'
import { DEFAULT_RULES } from './rules.ts'

const DAY = 86_400_000

const kinds = (list: readonly { readonly kind: string }[]): string[] => list.map(({ kind }) => kind)

test('what was done before the identification goes to the person who is identified', () => {
  const people = resolver()
  const before = people.resolve(message({ anonymousId: 'a' }))
  const login = people.resolve(message({ anonymousId: 'a', userId: 'u' }))
  assert.equal(login.person, before.person)
  assert.ok(before.isNew && !login.isNew)
  assert.deepEqual(kinds(login.linked), ['user_id'])
})

test('a login on a second device merges what was done there; the person with the user id stays', () => {
  const people = resolver()
  const phone = people.resolve(message({ anonymousId: 'phone', timestamp: 1 }))
  const user = people.resolve(message({ anonymousId: 'laptop', userId: 'u' }))
  const login = people.resolve(message({ anonymousId: 'phone', userId: 'u' }))
  assert.equal(login.person, user.person)
  assert.deepEqual(login.merged, [phone.person])
  assert.equal(people.resolve(message({ anonymousId: 'phone' })).person, user.person)
})

test("Segment's example: the e-mail of another user is demoted, and a new person made", () => {
  const people = resolver()
  const first = people.resolve(message({ userId: 'abc123', traits: { email: 'jane@example.com' } }))
  const second = people.resolve(
    message({ userId: 'abc456', traits: { email: 'jane@example.com' } }),
  )
  assert.notEqual(second.person, first.person)
  assert.deepEqual(second.demoted, [
    {
      kind: 'email',
      value: 'jane@example.com',
      reason: 'limit',
      limited: 'user_id',
      by: { kind: 'user_id', value: 'abc456' },
    },
  ])
  const mail = people.resolve(message({ traits: { email: 'Jane@Example.com ' } }))
  assert.equal(mail.person, first.person)
})

test('what is not in the way is not demoted', () => {
  const people = resolver()
  people.resolve(message({ userId: 'u1', traits: { email: 'team@example.com' } }))
  const second = people.resolve(
    message({ userId: 'u2', anonymousId: 'a2', traits: { email: 'team@example.com' } }),
  )
  assert.deepEqual(kinds(second.demoted), ['email'])
  assert.equal(people.resolve(message({ anonymousId: 'a2' })).person, second.person)
})

test('a sixth anonymous id is demoted, and taken when the limit is for a week that is over', () => {
  for (const [per, then] of [
    ['ever', 6],
    ['weekly', 7],
  ] as const) {
    const people = resolver({
      limits: { ...DEFAULT_RULES.limits, anonymous_id: { count: 5, per } },
    })
    const linkOn = (day: number, id: string): Resolution =>
      people.resolve(message({ userId: 'u', anonymousId: id, timestamp: day * DAY }))
    for (const day of [0, 1, 2, 3, 4]) assert.equal(linkOn(day, `a${day}`).demoted.length, 0)
    assert.deepEqual(kinds(linkOn(5, 'a5').demoted), ['anonymous_id'])
    const later = linkOn(then, 'a6')
    assert.deepEqual(kinds(later.demoted), per === 'ever' ? ['anonymous_id'] : [])
  }
})

test('priority decides which of two identifiers counts', () => {
  const conflict = (priority: readonly string[]): string[] => {
    const people = resolver({
      priority,
      limits: { ...DEFAULT_RULES.limits, loyalty: { count: 1, per: 'ever' } },
    })
    people.resolve(message({ context: external(['loyalty', '1']), userId: 'u1' }))
    return kinds(
      people.resolve(message({ context: external(['loyalty', '1']), userId: 'u2' })).demoted,
    )
  }
  assert.deepEqual(conflict(['user_id', 'email']), ['loyalty'])
  assert.deepEqual(conflict(['loyalty', 'user_id']), ['user_id'])
})

test('blocked values, other hashes, numbers of nobody and groups identify nobody', () => {
  const people = resolver({
    blocked: [{ kind: 'pattern', pattern: '^qa-' }],
    blockedOf: { loyalty: [{ kind: 'text', text: 'demo' }] },
  })
  for (const userId of [
    '0',
    '00000000-0000-0000-0000-000000000000',
    '-1',
    'NULL',
    ' anonymous ',
    'qa-7',
  ])
    assert.deepEqual(
      people.resolve(message({ userId })).ignored.map(({ reason }) => reason),
      ['blocked'],
    )
  assert.equal(people.resolve(message({ context: external(['loyalty', 'Demo']) })).person, null)
  assert.equal(people.resolve(message({ userId: ' ' })).person, null)
  assert.equal(
    people.resolve(
      message({ groupId: 'g', kind: 'group', traits: { email: 'office@example.com' } }),
    ).person,
    null,
  )
  assert.deepEqual(
    people.resolve(message({ traits: { email: 'nobody' } })).ignored.map(({ reason }) => reason),
    ['not-an-email'],
  )
})

test('devices, advertising ids and external ids are found where Segment has them', () => {
  const people = resolver()
  const id = '38400000-8CF0-11BD-B23E-10B96E40000D'
  const device = { type: 'iOS', id: 'd', advertisingId: id, token: 't' }
  const { accepted } = people.resolve(
    message({
      userId: 'u',
      previousId: 'old',
      traits: { email: 'a@example.com', phone: '+1 212 555 0100' },
      context: {
        device: { ...device, adTrackingEnabled: true },
        integrations: { 'Google Analytics': { clientId: '1.2' } },
        ...external(['shop_id', '7']),
      },
    }),
  )
  assert.deepEqual(
    accepted.map(({ kind, value }) => `${kind} ${value}`),
    [
      'user_id u',
      'email a@example.com',
      'anonymous_id old',
      'ga_client_id 1.2',
      'ios.id d',
      `ios.idfa ${id.toLowerCase()}`,
      'ios.push_token t',
      'phone 12125550100',
      'shop_id 7',
    ],
  )
  const refusing = people.resolve(
    message({ context: { device: { type: 'ios', advertisingId: id } } }),
  )
  assert.equal(refusing.person, null)
})

test('an identifier that everybody has joins nobody', () => {
  for (const shared of [
    { traits: { email: 'office@example.com' } },
    { anonymousId: 'kiosk' },
    { context: { device: { type: 'android', id: 'till' } } },
  ]) {
    const people = resolver()
    const seen = Array.from({ length: 200 }, (_, n) =>
      people.resolve(message({ userId: `u${n}`, ...shared })),
    )
    assert.equal(new Set(seen.map(({ person }) => person)).size, 200)
    assert.equal(seen.flatMap((resolution) => resolution.shared).length, 1)
    assert.equal(people.resolve(message(shared)).person, null)
    const returning = people.resolve(message({ userId: 'u0', ...shared }))
    assert.equal(returning.person, seen[0]?.person)
    assert.deepEqual(
      returning.ignored.map(({ reason }) => reason),
      ['shared'],
    )
  }
})

test('a person with ever new browsers stays a person', () => {
  const people = resolver()
  const seen = Array.from({ length: 100 }, (_, n) =>
    people.resolve(
      message({ userId: 'u', anonymousId: `a${n}`, traits: { email: 'u@example.com' } }),
    ),
  )
  assert.equal(new Set(seen.map(({ person }) => person)).size, 1)
  assert.equal(
    people.resolve(message({ traits: { email: 'u@example.com' } })).person,
    seen[0]?.person,
  )
})

test('made-up kinds end at a hundred', () => {
  const people = resolver()
  const last = Array.from({ length: 150 }, (_, n) =>
    people.resolve(message({ context: external([`kind${n}`, 'x']) })),
  ).at(-1)
  assert.deepEqual(
    last?.ignored.map(({ reason }) => reason),
    ['too-many-kinds'],
  )
})
