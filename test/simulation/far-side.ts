import { createSandbox, type Sandbox } from '../../sandbox/meta/sandbox.ts'
import type { Dice } from './dice.ts'
import type { MembershipCall } from './membership-call.ts'
import { owners, type Mark } from './people.ts'
import type { Swarm } from './swarm.ts'

/** Who is in an audience: strong keys where the far side keeps rows, people where it keeps people. */
export class FarSide {
  readonly sandbox: Sandbox
  readonly #swarm: Swarm
  /** The audience that the sync is to take over, if there is one. */
  takenOver: string | null = null
  #clearings = 0
  readonly #owners: ReadonlyMap<Mark, string>

  constructor(swarm: Swarm, dice: Dice, now: () => number, addsMatchExtern: boolean) {
    this.#swarm = swarm
    this.#owners = owners(swarm, dice)
    const { externMemory } = swarm
    this.sandbox = createSandbox({
      now,
      seed: 1,
      replaceProcessingMs: dice.below(2) * dice.below(20_000),
      matching:
        swarm.model === 'rows'
          ? { kind: 'rows' }
          : {
              kind: 'people',
              ownerOf: (key, value) => this.#owners.get(`${key}:${value}`) ?? null,
              externMemory,
              addsMatchExtern,
            },
    })
  }

  /** Somebody else has made an audience and put people into it. */
  async prefill(rows: readonly (readonly Mark[])[], valueBased: boolean): Promise<void> {
    const created = await this.#post('act_1000000001/customaudiences', {
      name: 'Old customers',
      subtype: 'CUSTOM',
      customer_file_source: 'USER_PROVIDED_ONLY',
      is_value_based: valueBased,
    })
    this.takenOver = (created as { id: string }).id
    const schema = ['EMAIL', this.#swarm.second, ...(valueBased ? ['LOOKALIKE_VALUE'] : [])]
    const data = rows
      .map((marks) => [
        cellOf(marks, 'EMAIL'),
        cellOf(marks, this.#swarm.second),
        ...(valueBased ? [1] : []),
      ])
      .filter(([email, second]) => email !== '' || second !== '')
    const payload = { schema, app_ids: [4711], data }
    if (data.length > 0) await this.#post(`${this.takenOver}/users`, { payload })
  }

  /** Somebody takes everybody out. */
  async clear(audienceId: string): Promise<void> {
    if (!this.exists(audienceId) || this.inside(audienceId).size === 0) return
    const { valueBased, replace } = this.sandbox.model.audience(audienceId) ?? {}
    if (replace !== null) return
    await this.#post(`${audienceId}/usersreplace`, {
      payload: { schema: ['EMAIL', ...(valueBased === true ? ['LOOKALIKE_VALUE'] : [])], data: [] },
      session: {
        session_id: (this.#clearings += 1),
        batch_seq: 1,
        last_batch_flag: true,
        estimated_num_total: 0,
      },
    })
  }

  async #post(path: string, body: object): Promise<unknown> {
    const request = new Request(`http://127.0.0.1:4010/v25.0/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sandbox-token' },
      body: JSON.stringify(body),
    })
    const answer = await this.sandbox.fetch(request)
    if (!answer.ok) throw new Error(`The sandbox refused ${path}: ${await answer.text()}`)
    return answer.json()
  }

  /** Whether what one member's removal does to others can be known at all. */
  get knowsPeople(): boolean {
    return this.#swarm.model !== 'P3'
  }

  get keepsRows(): boolean {
    return this.#swarm.model === 'rows'
  }

  exists(audienceId: string): boolean {
    return this.sandbox.model.audience(audienceId) !== undefined
  }

  /** Has this replacement ended, so that no batch of it does anything any more? */
  isOver({ audienceId, session }: MembershipCall): boolean {
    return (
      session !== '' &&
      this.sandbox.model.audience(audienceId)?.replacesEnded[session] !== undefined
    )
  }

  /** Is some audience being replaced? */
  get isReplacing(): boolean {
    const { model } = this.sandbox
    return model.audienceIds().some((id) => (model.audience(id)?.replace ?? null) !== null)
  }

  /** The rows that an audience holds, as their strong keys. Only where rows are kept. */
  rows(audienceId: string): Mark[][] {
    return this.sandbox.model
      .rowsOf(audienceId)
      .map((row) =>
        Object.entries(row).flatMap(([key, cell]) =>
          STRONG.has(key) ? [`${key}:${String(cell)}`] : [],
        ),
      )
  }

  /** The people in an audience, or the strong keys of its rows. */
  inside(audienceId: string): ReadonlySet<string> {
    return this.keepsRows
      ? new Set(this.rows(audienceId).flat())
      : this.sandbox.model.peopleOf(audienceId)
  }

  /** What strong keys stand for: themselves, or the people who own them. */
  unitsOf(marks: Iterable<Mark>): Set<string> {
    if (this.keepsRows) return new Set(marks)
    const people = new Set<string>()
    for (const mark of marks) {
      const owner = this.#owners.get(mark)
      if (owner !== undefined) people.add(owner)
    }
    return people
  }
}

const STRONG: ReadonlySet<string> = new Set(['EMAIL', 'PHONE', 'MADID', 'APPUID', 'EXTERN_ID'])

function cellOf(marks: readonly Mark[], key: string): string {
  const mark = marks.find((one) => one.startsWith(`${key}:`))
  return mark === undefined ? '' : mark.slice(key.length + 1)
}
