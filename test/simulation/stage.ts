import { hash } from 'node:crypto'
import { Secret } from '../../src/core/secret.ts'
import { fingerprintWith } from '../../src/core/sync/fingerprint.ts'
import { DEFAULT_GUARDS } from '../../src/core/sync/guard.ts'
import type { Mode } from '../../src/core/sync/diff.ts'
import { NO_SCOPES, type Scopes } from '../../src/core/scopes.ts'
import { STRONG_KEYS } from '../../src/core/sync/strong.ts'
import type { World } from '../../src/core/world.ts'
import { metaDestination } from '../../src/destination/meta/destination.ts'
import type { Destination } from '../../src/destination/port.ts'
import { eraseFrom } from '../../src/sync/erase.ts'
import type { ErasedPeople, Ports, RunOptions, SyncOrder } from '../../src/sync/order.ts'
import { runSync } from '../../src/sync/run.ts'
import { withScopes } from '../../src/sync/with-scopes.ts'
import { Tally } from '../../src/sync/tally.ts'
import type { Comparing, Workbench } from '../../src/sync/workbench.ts'
import { checkRequest, checkText } from './checks.ts'
import type { Dice } from './dice.ts'
import type { FarSide } from './far-side.ts'
import { gatedStore, gatedWorkbench } from './gated.ts'
import type { Machine } from './machine.ts'
import { marksOfCall, membershipCall } from './membership-call.ts'
import type { Network } from './network.ts'
import { memberOf, nameOf, type Mark, type People, type WantedRow } from './people.ts'
import { wantedOfSome, type Stirred } from './stirred.ts'
import type { Swarm } from './swarm.ts'
import type { Worker, WorkerEnd } from './worker.ts'

export const SYNC = 'buyers'
const ROWS_MAX = 3
export const SETTLE_MS = 15 * 60_000

/** All that the workers of one world share. */
export interface Stage {
  readonly dice: Dice
  readonly swarm: Swarm
  readonly machine: Machine
  readonly people: People
  readonly network: Network
  readonly farSide: FarSide
  readonly now: () => number
  readonly mode: () => Mode
  readonly pass: (ms: number) => void
  readonly requested: (what: string) => void
  readonly stirred: Stirred
  /** Who was in the audience before the sync took it over. */
  readonly strangers: Set<string>
  /** Looks for a broken promise where what is thrown would be taken for a failure of the network. */
  readonly examine: (check: () => void) => void
}

export interface RunWish extends RunOptions {
  /** With `only`: what was wanted when it was told whom to judge. */
  readonly wantedBefore?: readonly WantedRow[]
}

/** Starts a worker on a run of the sync; every call that it makes waits for the schedule. */
export function startRun(worker: Worker, wish: RunWish, stage: Stage): void {
  const ports = portsOf(worker, wish, stage)
  const tally = new Tally()
  const run = async (): Promise<WorkerEnd> => {
    try {
      await eraseFirst(worker, orderOf(stage, wish), ports, stage)
      const end = await runSync(orderOf(stage, wish), wish, ports, tally)
      return { kind: 'answered', state: end.state, text: JSON.stringify([end, tally.counts()]) }
    } catch (error) {
      return { kind: 'threw', error }
    }
  }
  void run().then((end) => (worker.end = end))
}

/** What is left to do for people who are erased comes before every run. */
async function eraseFirst(
  worker: Worker,
  order: SyncOrder,
  ports: Ports,
  { people }: Stage,
): Promise<void> {
  for (const one of people.erasing) {
    const { remote } = await ports.store.state(SYNC)
    const answer = remote === null ? null : await ports.destination.look(remote.remoteId)
    if (answer?.kind !== 'ok') continue
    const erasing = {
      members: new Set([one.member]),
      own: new Set(one.own.map(strongKeyOf)),
      keys: one.marks.map(strongKeyOf),
    }
    worker.isErasing = true
    const { left } = await eraseFrom(erasing, answer.value, order, ports, new Tally())
    worker.isErasing = false
    if (left === 0) people.erasing = people.erasing.filter((other) => other !== one)
  }
}
const scopesOf = ({ second }: Swarm): Scopes =>
  second === 'APPUID' ? { apps: ['4711'], page: null } : NO_SCOPES

/** Where nobody approves, guards hold whatever removes or adds anybody. */
const STRICT = { share: 0, atLeast: 0 }

function orderOf({ swarm, farSide, mode }: Stage, { approveAll }: RunWish): SyncOrder {
  return {
    key: SYNC,
    audience: {
      name: 'Buyers',
      description: 'People who bought',
      valueBased: swarm.valueBased,
      customerFileSource: 'USER_PROVIDED_ONLY',
    },
    takeOver: farSide.takenOver,
    mode: mode(),
    schema: [
      ...(swarm.externIds ? (['EXTERN_ID'] as const) : []),
      ...(swarm.idsAlone ? [] : (['EMAIL', swarm.second] as const)),
      'FN',
      ...(swarm.valueBased ? (['LOOKALIKE_VALUE'] as const) : []),
    ],
    scopes: scopesOf(swarm),
    guards: approveAll ? DEFAULT_GUARDS : { ...DEFAULT_GUARDS, removed: STRICT, added: STRICT },
    reassertMs: swarm.reassertMs,
    settleMs: SETTLE_MS,
    whenGone: swarm.whenGone,
    lookalikes: [],
  }
}

function portsOf(worker: Worker, wish: RunWish, stage: Stage): Ports {
  const { machine, people, now, mode } = stage
  const world = worldOf(worker, stage)
  const workbench = machine.workbench(
    () => people.source(),
    mode(),
    () => people.refusing(),
  )
  return {
    world,
    store: gatedStore(machine.store, worker, now),
    destination: withScopes(destinationOf(world), scopesOf(stage.swarm)),
    workbench: gatedWorkbench(watched(workbench, worker, wish, stage), worker),
    fingerprint,
    rows: {
      phoneCountry: null,
      currentYear: 2026,
      isSuppressed: (key, sent) => people.suppressed.has(`${key}:${sent}`),
    },
    doNotSend: {
      get digest() {
        return hash('md5', listed(people).toSorted().join())
      },
      get keys() {
        return new Set(listed(people).map(strongKeyOf))
      },
      get erased() {
        return people.erased.size === 0 ? undefined : erasedPeople(people)
      },
    },
    installation: 'simulated',
    owner: worker.owner,
    tell: (happening) => stage.examine(() => checkText('a happening', JSON.stringify(happening))),
  }
}

const fingerprint = fingerprintWith('simulated')

function strongKeyOf(mark: Mark): string {
  const [key, value] = mark.split(':')
  return `${STRONG_KEYS.findIndex((strong) => strong === key)}:${value ?? ''}`
}

const listed = ({ suppressed, erasedMarks }: People): Mark[] =>
  [...suppressed].filter((mark) => !erasedMarks.has(mark))

function erasedPeople({ erasedMarks, erased }: People): ErasedPeople {
  const keys = new Set([...erasedMarks].map(strongKeyOf))
  const members = new Set([...erased].map(memberOf))
  return {
    kindOf: (key) => (keys.has(key) ? 'identifier' : null),
    hasMember: (member) => members.has(member),
  }
}

function destinationOf(world: World): Destination {
  const destination = metaDestination(
    {
      environment: 'SANDBOX',
      adAccount: 'act_1000000001',
      accessToken: new Secret('sandbox-token'),
      apiUrl: 'http://127.0.0.1:4010',
      timeoutMs: 3_000,
    },
    world,
  )
  return { ...destination, limits: { ...destination.limits, rowsPerRequest: ROWS_MAX } }
}

const wantedOf = (
  { only, wantedBefore = [] }: RunWish,
  now: readonly WantedRow[],
): readonly WantedRow[] => (only === undefined ? now : wantedOfSome(wantedBefore, now, only))

/** Notes what the definition wants at the moment at which the run looks. */
function watched(workbench: Workbench, worker: Worker, wish: RunWish, stage: Stage): Workbench {
  const { people, stirred } = stage
  return new Proxy(workbench, {
    get: (target, property) => {
      if (property === 'compare')
        return (question: Comparing) => {
          worker.lookedAt = stage.now()
          const { wanted } = stirred.look()
          worker.wanted = wish.empty ? [] : wantedOf(wish, wanted)
          worker.found = wish.empty ? new Set() : people.marks()
          return target.compare(question)
        }
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

function worldOf(worker: Worker, stage: Stage): World {
  const { dice, now, pass, network } = stage
  return {
    now,
    random: () => dice.next(),
    sleep: async (ms) => {
      await worker.gate('sleep')
      pass(Math.round(ms))
    },
    fetch: async (request) => {
      const body = await request.clone().text()
      await worker.gate(`fetch ${request.method}`, true)
      stage.examine(() => examine(worker, request, body, stage))
      return network.fetch(request)
    },
  }
}

function examine(worker: Worker, request: Request, body: string, stage: Stage): void {
  const call = membershipCall(request, body)
  if (call === undefined) return
  const { people, network, requested } = stage
  worker.requests += 1
  requested(
    `${call.operation} ${marksOfCall(call)
      .map((marks) => marks.map(nameOf).join('+'))
      .join(' ')}`,
  )
  const builtFrom = Math.min(...worker.built.values())
  checkRequest({
    call,
    isErasing: worker.isErasing,
    rowsMax: ROWS_MAX,
    wanted: worker.wanted,
    found: worker.found,
    suppressed: new Set(
      [...people.suppressedAt].filter(([, at]) => at < builtFrom).map(([mark]) => mark),
    ),
    excused: (mark) => people.wasSuppressed(mark, worker.lookedAt) || network.invalid.has(mark),
  })
}
