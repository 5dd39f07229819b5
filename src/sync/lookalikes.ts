import {
  lookalikeLabel,
  lookalikeName,
  lookalikeText,
  type Lookalike,
  type ShownLookalike,
} from '../core/lookalike.ts'
import type { RemoteAudience } from '../destination/port.ts'
import type { KeptLookalike, Lease, SyncState } from '../store/port.ts'
import { isMarkedAs, lookalikeDescription } from './lookalike-mark.ts'
import type { Ports, RunOptions, SyncOrder } from './order.ts'

/** What is asked of the order: its lookalikes, and under whose name. */
type Order = Pick<SyncOrder, 'key' | 'audience' | 'lookalikes' | 'whenGone'>

/** One lookalike of the definition with what is known of it here and at the platform. */
interface Standing {
  readonly lookalike: Lookalike
  readonly kept: KeptLookalike | null
  readonly remote: RemoteAudience | null
}

/** All that concerns a sync's lookalikes; null where the platform could not be asked, with why. */
interface Picture {
  readonly standings: readonly Standing[]
  /** Made before, and not what the definition asks for now. */
  readonly left: readonly { readonly kept: KeptLookalike; readonly remote: RemoteAudience | null }[]
}

type Problem = NonNullable<ShownLookalike['problem']>

/** How many lookalikes a run would make, as far as the store tells. */
export const lookalikesToMake = (
  { lookalikes }: Pick<SyncOrder, 'lookalikes'>,
  originId: string | null,
  { lookalikes: known }: Pick<SyncState, 'lookalikes'>,
): number => lookalikes.filter((lookalike) => keptAs(lookalike, originId, known) === null).length

/** How a sync's lookalikes stand. Reads only. */
export async function lookAtLookalikes(
  order: Order,
  originId: string | null,
  { lookalikes: known }: Pick<SyncState, 'lookalikes'>,
  { destination }: Pick<Ports, 'destination'>,
): Promise<readonly ShownLookalike[]> {
  const picture = await pictureOf(order, originId, known, destination)
  if ('code' in picture) return allWith(order, picture)
  return [
    ...picture.standings.map((standing) => shownStanding(order, standing)),
    ...leftOver(order, picture),
  ]
}

/**
 * Makes the lookalikes that are not there yet and keeps the others' names. The platform's own words against it are what becomes of a
 * lookalike, not of the run: it is asked again at the next one.
 */
export async function keepLookalikes(
  order: Order,
  originId: string | null,
  { lookalikes: known }: Pick<SyncState, 'lookalikes'>,
  options: Pick<RunOptions, 'recreate'>,
  lease: Lease,
  ports: Ports,
): Promise<readonly ShownLookalike[]> {
  const picture = await pictureOf(order, originId, known, ports.destination)
  if ('code' in picture) return allWith(order, picture)
  for (const { kept, remote } of picture.left)
    if (remote === null) await ports.store.forgetLookalike(lease, kept.id)
  const keeping = new Keeping(order, options, lease, ports)
  const shown: ShownLookalike[] = []
  for (const standing of picture.standings)
    shown.push(
      originId === null ? shownStanding(order, standing) : await keeping.keep(standing, originId),
    )
  return [...shown, ...leftOver(order, picture)]
}

async function pictureOf(
  { lookalikes }: Order,
  originId: string | null,
  known: readonly KeptLookalike[],
  destination: Ports['destination'],
): Promise<Picture | Problem> {
  if (known.length === 0 && (lookalikes.length === 0 || originId === null))
    return { standings: lookalikes.map(notThere), left: [] }
  const all = await destination.list()
  if (all.kind !== 'ok') return all.kind === 'refused' ? all.refusal : unanswered(all.message)
  const byId = new Map(all.value.map((audience) => [audience.id, audience]))
  const standings = lookalikes.map((lookalike): Standing => {
    const kept = keptAs(lookalike, originId, known)
    const remote =
      kept === null
        ? all.value.find((audience) => isMade(audience, originId, lookalike))
        : byId.get(kept.id)
    return { lookalike, kept, remote: remote ?? null }
  })
  const wanted = new Set(standings.map(({ kept }) => kept?.id))
  return {
    standings,
    left: known
      .filter(({ id }) => !wanted.has(id))
      .map((kept) => ({ kept, remote: byId.get(kept.id) ?? null })),
  }
}

const notThere = (lookalike: Lookalike): Standing => ({ lookalike, kept: null, remote: null })

function keptAs(
  lookalike: Lookalike,
  originId: string | null,
  known: readonly KeptLookalike[],
): KeptLookalike | null {
  const text = lookalikeText(lookalike)
  return known.find((one) => one.originId === originId && one.text === text) ?? null
}

const isMade = (
  { subtype, description }: RemoteAudience,
  originId: string | null,
  lookalike: Lookalike,
): boolean =>
  subtype === 'LOOKALIKE' && originId !== null && isMarkedAs(description, originId, lookalike)

/** One run's way with each lookalike in turn. */
class Keeping {
  readonly #order: Order
  readonly #options: Pick<RunOptions, 'recreate'>
  readonly #lease: Lease
  readonly #ports: Ports

  constructor(order: Order, options: Pick<RunOptions, 'recreate'>, lease: Lease, ports: Ports) {
    this.#order = order
    this.#options = options
    this.#lease = lease
    this.#ports = ports
  }

  async keep(standing: Standing, originId: string): Promise<ShownLookalike> {
    const { lookalike, kept, remote } = standing
    if (remote !== null) {
      if (kept === null) await this.#bind(lookalike, originId, remote.id)
      await this.#rename(lookalike, remote)
      return shownStanding(this.#order, standing)
    }
    if (kept === null) return this.#make(lookalike, originId)
    if (!this.#options.recreate && this.#order.whenGone === 'pause')
      return shownStanding(this.#order, standing)
    await this.#ports.store.forgetLookalike(this.#lease, kept.id)
    return this.#make(lookalike, originId)
  }

  async #make(lookalike: Lookalike, originId: string): Promise<ShownLookalike> {
    const { store, destination, installation, world } = this.#ports
    const shown = shownStanding(this.#order, notThere(lookalike))
    const description = lookalikeDescription(originId, lookalike, {
      installation,
      sync: this.#order.key,
    })
    const answer = await destination.createLookalike({
      name: shown.name,
      description,
      originId,
      lookalike,
    })
    switch (answer.kind) {
      case 'ok':
        await this.#bind(lookalike, originId, answer.value)
        return { ...shown, id: answer.value, state: 'made' }
      case 'unknown':
        return { ...shown, state: 'unanswered', problem: unanswered(answer.message) }
      case 'refused': {
        const { refusal } = answer
        if (refusal.kind === 'throttled')
          await store.pauseAccount(destination.accountId, refusal.until ?? world.now() + 60_000)
        return { ...shown, state: 'refused', problem: problemOf(refusal) }
      }
    }
  }

  async #bind(lookalike: Lookalike, originId: string, id: string): Promise<void> {
    await this.#ports.store.keepLookalike(this.#lease, {
      id,
      originId,
      text: lookalikeText(lookalike),
      label: lookalikeLabel(lookalike),
    })
  }

  /** A lookalike under its old name is as good as before. */
  async #rename(lookalike: Lookalike, remote: RemoteAudience): Promise<void> {
    const name = lookalikeName(lookalike, this.#order.audience.name)
    if (remote.name === name) return
    const answer = await this.#ports.destination.update(remote.id, { name })
    if (answer.kind === 'refused')
      this.#ports.tell({
        kind: 'noticed',
        message: `Cannot rename the lookalike ${remote.id}: ${answer.refusal.message}`,
      })
  }
}

function shownStanding({ audience }: Order, { lookalike, kept, remote }: Standing): ShownLookalike {
  const state = remote === null ? (kept === null ? 'to-make' : 'deleted') : 'there'
  return {
    label: lookalikeLabel(lookalike),
    name: lookalikeName(lookalike, audience.name),
    id: remote?.id ?? kept?.id ?? null,
    state,
    ...seen(remote),
    problem: state === 'deleted' ? DELETED : null,
  }
}

function leftOver({ audience }: Order, { left }: Picture): ShownLookalike[] {
  return left.flatMap(({ kept, remote }) =>
    remote === null
      ? []
      : [
          {
            label: kept.label,
            name:
              remote.name === '' ? `Lookalike (${kept.label}) of ${audience.name}` : remote.name,
            id: kept.id,
            state: 'left' as const,
            ...seen(remote),
            problem: LEFT,
          },
        ],
  )
}

/** What the platform says of it: its state, or whether ads can use it where that is normal. */
function seen(
  remote: RemoteAudience | null,
): Pick<ShownLookalike, 'stateText' | 'sizeLower' | 'sizeUpper'> {
  if (remote === null) return { stateText: null, sizeLower: null, sizeUpper: null }
  const { state, stateText, ready, sizeLower, sizeUpper } = remote
  const normal = ready ? 'Ready' : 'Being filled, which takes Meta some hours'
  return { stateText: state === 'normal' ? normal : stateText, sizeLower, sizeUpper }
}

/** The platform could not be asked: what is known of each is only what the definition says. */
const allWith = (order: Order, problem: Problem): ShownLookalike[] =>
  order.lookalikes.map((lookalike) => ({
    ...shownStanding(order, notThere(lookalike)),
    state: 'unanswered',
    problem: problemOf(problem),
  }))

const problemOf = ({ code, message, remedy }: Problem): Problem => ({ code, message, remedy })

const unanswered = (message: string): Problem => ({
  code: 'destination/no-answer',
  message,
  remedy: 'Nothing is lost: the next run looks whether it was made, and makes it if not',
})

const DELETED: Problem = {
  code: 'sync/lookalike-deleted',
  message: 'It was deleted at the platform',
  remedy: 'Take it out of the sync, or run the sync with --recreate to make another',
}

const LEFT: Problem = {
  code: 'sync/lookalike-left',
  message: 'It is no longer among the lookalikes of the sync, and stays at the platform',
  remedy: 'Delete it in Ads Manager once no ad uses it; or write it back into the sync',
}
