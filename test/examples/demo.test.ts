// The demo: its made-up people, its own check of the sandbox, and the whole of it with real processes.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { check } from '../../examples/cdnow/check.ts'
import { contactOf, customersOf, toCsv, type Contact } from '../../examples/cdnow/contacts.ts'
import { expectedOn } from '../../examples/cdnow/expected.ts'

const DEMO = join(import.meta.dirname, '../../examples/cdnow')
const orders = readFileSync(join(DEMO, 'orders.csv'), 'utf8')
const customers = customersOf(orders)
const contacts = customers.map(contactOf)

const SHA256 = /^[0-9a-f]{64}$/i
const MD5 = /^[0-9a-f]{32}$/
const COMPLETE = /^[^@\s]+@[^@\s]+\.[a-z]+$/i
/** Names that the Internet keeps for examples (RFC 2606); no mail ever reaches one. */
const RESERVED = /@(?:[a-z-]+\.(?:example|test)|example\.(?:com|org|net))$/i

const count = (is: (contact: Contact) => boolean): number => contacts.filter(is).length

function sharedBy(column: 'email' | 'phone'): number {
  const owners = Map.groupBy(contacts, (contact) => contact[column])
  return count(
    (contact) => contact[column] !== '' && (owners.get(contact[column])?.length ?? 0) > 1,
  )
}

test('the log is that of CDNOW: 69,659 purchases by 23,570 customers', () => {
  assert.equal(orders.trimEnd().split('\n').length - 1, 69_659)
  assert.equal(customers.length, 23_570)
})

test('a customer always gets the same details', () => {
  assert.equal(
    hash('sha256', toCsv(contacts)),
    '9ef630f6f380dd47e396fea5950c77798be9d923e04cb7468367cf0294331de8',
  )
  assert.deepEqual(
    customers.slice(0, 50).toReversed().map(contactOf),
    contacts.slice(0, 50).toReversed(),
  )
})

test('no made-up address is at a domain that anybody can own', () => {
  const addresses = contacts
    .flatMap(({ email, second_email: second }) => [email.trim(), second])
    .filter((address) => COMPLETE.test(address))
  assert.ok(addresses.length > 20_000)
  assert.deepEqual(
    addresses.filter((address) => !RESERVED.test(address)),
    [],
  )
})

test('the made-up numbers of North America are of the exchange 555', () => {
  const american = contacts.filter(({ phone }) => phone.startsWith('+1'))
  assert.ok(american.length > 100)
  for (const { phone } of american) assert.match(phone, /^\+1\D*\d{3}\D*555\D*01\d\d/)
})

test('the details have every kind of trouble', () => {
  const kinds: Readonly<Record<string, number>> = {
    'no e-mail': count(({ email }) => email === ''),
    'no phone': count(({ phone }) => phone === ''),
    'no country': count(({ country }) => country === ''),
    'broken e-mail': count(({ email }) => ['n/a', 'none', 'john@'].includes(email)),
    'broken phone': count(({ phone }) => ['unknown', '12345', '-'].includes(phone)),
    'SHA-256': count(({ email }) => SHA256.test(email) && email === email.toLowerCase()),
    'SHA-256 in capitals': count(
      ({ email }) => SHA256.test(email) && email !== email.toLowerCase(),
    ),
    MD5: count(({ email }) => MD5.test(email)),
    'hashed phone': count(({ phone }) => SHA256.test(phone)),
    'two e-mails': count(({ email, second_email: second }) => email !== '' && second !== ''),
    'e-mail of a household': sharedBy('email'),
    'phone of a household': sharedBy('phone'),
    'white space': count(({ email }) => email !== email.trim()),
    capitals: count(({ email }) => COMPLETE.test(email) && email !== email.toLowerCase()),
    extension: count(({ phone }) => phone.includes('ext')),
    international: count(({ phone }) => phone.startsWith('+')),
    'national writing': count(({ phone, country }) => country === 'GB' && phone.startsWith('0')),
    'lost zero in front': count(({ zip, country }) => country === 'US' && /^\d{4}$/.test(zip)),
    'other script': count(({ first_name: first }) => /\p{Script=Han}/u.test(first)),
  }
  const countries = new Set(contacts.map(({ country }) => country))
  assert.deepEqual(
    Object.entries(kinds).filter(([, number]) => number < 20),
    [],
  )
  assert.ok(
    ['US', 'GB', 'DE', 'FR', 'IT', 'ES', 'BR', 'JP', 'IN'].every((code) => countries.has(code)),
  )
})

test('the second evaluation counts days and cents as the definitions say', () => {
  const log = [
    'customer_id,ordered_on,cds,dollars',
    '1,1997-01-01,1,199.99',
    '2,1997-01-01,1,100.00',
    '2,1997-06-30,1,100.00',
    '3,1997-01-01,1,10.00',
    '3,1997-03-03,1,10.00',
    '4,1997-01-01,1,10.00',
    '4,1997-03-04,1,10.00',
    '5,1997-07-02,1,900.00',
  ].join('\n')
  const persons = new Map([1, 2, 3, 4, 5].map((id) => [String(id), `person ${id}`]))
  const expected = expectedOn(log, '1997-07-01', persons)
  assert.deepEqual(Object.fromEntries(expected.get('big_spenders_to_meta') ?? []), { 2: 20_000 })
  assert.deepEqual([...(expected.get('lapsed_to_meta') ?? []).keys()], ['3'])
  assert.deepEqual([...(expected.get('bought_once_to_meta') ?? []).keys()], ['1'])
})

const sent = (address: string): string => hash('sha256', address)
const row = (id: string, email: string) => ({ EXTERN_ID: id, EMAIL: sent(email) })
const EMAILS = new Map([
  ['1', 'one@mail.example'],
  ['2', 'two@mail.example'],
])
const BOTH = new Map([
  ['1', null],
  ['2', null],
])

test('the check passes what equals the definition, and a row of somebody who left that is covered', () => {
  const rows = [row('1', 'one@mail.example'), row('2', 'two@mail.example')]
  assert.deepEqual(check(BOTH, rows, EMAILS).faults, [])
  const verdict = check(BOTH, [...rows, row('3', 'two@mail.example')], EMAILS)
  assert.deepEqual([verdict.faults, verdict.covered, verdict.hashes], [[], 1, 2])
})

const faultsOf = (...args: Parameters<typeof check>): readonly string[] => check(...args).faults

test('the check finds who is missing, a stranger, another address, another value, and text in clear', () => {
  const one = row('1', 'one@mail.example')
  const two = row('2', 'two@mail.example')
  assert.match(faultsOf(BOTH, [one], EMAILS)[0] ?? '', /^1 people belong and are not in: 2/)
  assert.match(
    faultsOf(BOTH, [one, two, row('3', 'three@mail.example')], EMAILS)[0] ?? '',
    /do not belong: 3/,
  )
  assert.match(
    faultsOf(BOTH, [one, row('2', 'other@mail.example')], EMAILS)[0] ?? '',
    /without the hash of their address: 2/,
  )
  assert.match(
    faultsOf(new Map([['1', 12_345]]), [{ ...one, LOOKALIKE_VALUE: 123 }], EMAILS)[0] ?? '',
    /another value .*: 1/,
  )
  assert.match(faultsOf(BOTH, [one, { ...two, FN: 'zoë' }], EMAILS)[0] ?? '', /in clear: 2/)
})

test('the demo finds the sandbox equal to the definitions nine times, and ends by itself', async () => {
  const child = spawn(process.execPath, [join(DEMO, 'demo.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const [shown, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  await closed
  const lines = stripVTControlCharacters(shown).split('\n')
  assert.equal(child.exitCode, 0, `${shown}${errors}`)
  assert.equal(lines.filter((line) => line.endsWith('✓ equal')).length, 9)
  assert.equal(lines.filter((line) => line.includes('Held:')).length, 2)
  assert.deepEqual(
    lines.filter((line) => line.length > 100),
    [],
  )
  assert.equal(errors, '')
})
