import type { z } from 'zod'
import { RollcallError } from '../core/error.ts'
import type { Message } from '../core/event/message.ts'
import { identifierKey } from '../core/identity/identifier.ts'
import { identifierReader, type ReadIdentifiers } from '../core/identity/read-identifiers.ts'
import { Resolver } from '../core/identity/resolve.ts'
import type { IdentityRules } from '../core/identity/rules.ts'
import { batches, type Arrival } from './batches.ts'
import { findDuplicates } from './duplicates.ts'
import { cell, Gathering } from './gather.ts'
import type { Kept } from './people-store.ts'
import { mergePieces } from './merge-pieces.ts'
import { ATTEMPTS, othersWereFaster } from './others-were-faster.ts'
import type { Tools } from './tools.ts'
import { TraitRegister } from './trait-register.ts'
import { TurnedAwayCount } from './turned-away-count.ts'
import { writePiece } from './write-piece.ts'

/** Where messages come from. */
export interface Stream<Position> {
  /** What its position is kept under. */
  readonly name: string
  readonly position: z.ZodType<Position>
  /** Its messages after a position, from the beginning for null. */
  readonly read: (from: Position | null) => AsyncIterable<readonly Arrival<Message, Position>[]>
  /** Of a stream that does not end, as in `batches`. */
  readonly linger: (() => Promise<void>) | null
}

/** What a batch came to. */
export interface TakenIn<Position = unknown> {
  /** Up to where the stream is taken in now. */
  readonly position: Position
  /** Of the stream, since its beginning. */
  readonly messages: number
  readonly events: number
  readonly newPeople: number
  readonly mergedPeople: number
  readonly turnedAway: Kept['turnedAway']
}

/**
 * So many messages are decided on together. What each costs by itself gets less with more of them: the statement that finds
 * duplicates, two files made durable, one transaction. More than these hardly help any more, and are lost and repeated when
 * the process dies.
 */
const BATCH_MESSAGES = 20_000

/**
 * Takes in what a stream has after the position up to which it was taken in before, batch by batch, each exactly once: its
 * files are durable before one transaction makes them count and moves the position. Whenever the process dies, the batch is
 * repeated from the beginning, and files that nothing refers to are swept away later.
 * @param size How many messages a batch has at least, the last one aside.
 * @throws RollcallError `people/busy`, `people/position`, and those of the engine and the store
 */
export async function* takeIn<Position>(
  tools: Tools,
  rules: IdentityRules,
  stream: Stream<Position>,
  size = BATCH_MESSAGES,
): AsyncGenerator<TakenIn<Position>> {
  while ((yield* takeInFrom(tools, rules, stream, size)) === 'moved');
}

/** @returns `moved` when another process took in what came next: it goes on where that one is */
async function* takeInFrom<Position>(
  tools: Tools,
  rules: IdentityRules,
  stream: Stream<Position>,
  size: number,
): AsyncGenerator<TakenIn<Position>, 'end' | 'moved'> {
  const before = await tools.store.position(stream.name)
  let from = before?.position ?? null
  let messages = before?.messages ?? 0
  const read = identifierReader(rules)
  const settings = { size, linger: stream.linger }
  const rest = stream.read(from === null ? null : readPosition(stream, from))
  for await (const batch of batches(rest, settings)) {
    const last = batch.at(-1)
    if (last === undefined) continue
    const { first, repeated } = apart(batch)
    const arrived = first.map((message) => ({ message, read: read(message) }))
    const position = JSON.stringify(last.next)
    const order = { rules, stream: stream.name, from, position, messages: batch.length, repeated }
    const taken = await takeInBatch(tools, arrived, order)
    if (taken === 'moved') return 'moved'
    from = position
    messages += batch.length
    yield { ...taken, messages, position: last.next }
    await mergePieces(tools)
  }
  return 'end'
}

interface Order extends Pick<Kept, 'stream' | 'position' | 'messages'> {
  readonly rules: IdentityRules
  /** The stream's position before these messages, as text. */
  readonly from: string | null
  /** Copies of messages of the same batch. */
  readonly repeated: readonly Message[]
}

type BatchResult = Omit<TakenIn, 'messages' | 'position'>

interface Arrived {
  readonly message: Message
  readonly read: ReadIdentifiers
}

/** Of copies in one batch the first counts. */
function apart(
  batch: readonly Arrival<Message, unknown>[],
): Record<'first' | 'repeated', readonly Message[]> {
  const seen = new Map<string, Message>()
  const repeated: Message[] = []
  for (const { message } of batch)
    if (seen.has(message.id)) repeated.push(message)
    else seen.set(message.id, message)
  return { first: [...seen.values()], repeated }
}

function readPosition<Position>({ name, position }: Stream<Position>, text: string): Position {
  const read = position.safeParse(JSON.parse(text))
  if (read.success) return read.data
  throw new RollcallError(`Cannot read how far "${name}" was taken in`, {
    code: 'people/position',
    next: 'act',
    remedy: 'Install the Rollcall version that wrote the state folder, or a newer one',
  })
}

async function takeInBatch(
  tools: Tools,
  arrived: readonly Arrived[],
  order: Order,
): Promise<BatchResult | 'moved'> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const taken = await tryBatch(tools, arrived, order)
    if (taken !== null) return taken
  }
  throw othersWereFaster()
}

/** @returns null when somebody else kept something meanwhile, so that what was decided may be wrong; `moved` when it was these messages */
async function tryBatch(
  { store, folder, local, newName, tombstoneOf }: Tools,
  arrived: readonly Arrived[],
  order: Order,
): Promise<BatchResult | 'moved' | null> {
  const keys = new Set(arrived.flatMap(({ read }) => read.identifiers.map(identifierKey)))
  const ground = await store.ground([...keys], tombstoneOf)
  // Whoever moves it from here on raises the version too, so that nothing decided on this ground is kept.
  const at = await store.position(order.stream)
  if ((at?.position ?? null) !== order.from) return 'moved'
  const duplicates = await duplicatesOf({ store, folder, local }, arrived)
  const resolver = new Resolver(order.rules, ground.known)
  const gathering = new Gathering()
  const registers = {
    traits: new TraitRegister(ground.traits),
    accountTraits: new TraitRegister(ground.accountTraits),
  }
  const turned = new TurnedAwayCount()
  for (const message of order.repeated) turned.add('duplicate', message.source)
  let newPeople = 0
  let mergedPeople = 0
  for (const { message, read } of arrived) {
    if (duplicates.has(cell(message.id))) {
      turned.add('duplicate', message.source)
      continue
    }
    const resolution = resolver.resolve(message, read)
    if (resolution.person === null)
      turned.add(resolution.isErased ? 'erased' : 'nobody', message.source)
    if (resolution.isNew) newPeople += 1
    mergedPeople += resolution.merged.length
    const found = resolution.person === null ? NO_TRAITS : readBy(registers, message)
    for (const reason of found.turnedAway) turned.add(reason, message.source)
    gathering.add(message, resolution, found.traits)
  }
  const name = newName()
  const facts = gathering.facts()
  const piece = gathering.piece(name, facts.length)
  await writePiece(local, folder, name, { events: gathering.events, facts })
  const { stream, position, messages } = order
  const turnedAway = turned.counts()
  const isKept = await store.keep({
    version: ground.version,
    changes: resolver.changes(),
    traits: registers.traits.changed(),
    accountTraits: registers.accountTraits.changed(),
    piece,
    stream,
    position,
    messages,
    turnedAway,
    people: resolver.about(),
  })
  if (isKept) return { events: gathering.events.length, newPeople, mergedPeople, turnedAway }
  await folder.remove(name)
  return null
}

const NO_TRAITS = { traits: [], turnedAway: [] } as const

/** The traits that a message tells: of a person or of an account, each among its own. */
function readBy(
  registers: Readonly<Record<'traits' | 'accountTraits', TraitRegister>>,
  { kind, traits }: Message,
): ReturnType<TraitRegister['read']> {
  if (kind === 'identify') return registers.traits.read(traits)
  return kind === 'group' ? registers.accountTraits.read(traits) : NO_TRAITS
}

async function duplicatesOf(
  { store, folder, local }: Pick<Tools, 'store' | 'folder' | 'local'>,
  arrived: readonly Arrived[],
): Promise<ReadonlySet<string>> {
  const ids: string[] = []
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { message } of arrived) {
    if (message.event === null) continue
    ids.push(cell(message.id))
    first = Math.min(first, message.timestamp)
    last = Math.max(last, message.timestamp)
  }
  const { pieces } = await store.shape()
  return findDuplicates(local, folder, pieces, ids, [first, last])
}
