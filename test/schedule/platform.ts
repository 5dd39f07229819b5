import { hash } from 'node:crypto'
import { createSandbox, type Sandbox } from '../../sandbox/meta/sandbox.ts'

const ADDRESS = 'http://localhost'
const ACCOUNT = 'act_1000000001'

export const HOUR = 3_600_000

/** Meta as a story sees it: its clock, what goes wrong there, what is asked of it, and who is in its audiences. */
export class Platform {
  readonly #sandbox: Sandbox
  readonly #names = new Map<string, string>()
  #now = Date.UTC(2026, 5, 15, 12)
  #writes: string[] = []
  /** The next upload is kept back, and its sender gets no answer. */
  #delaysUpload = false
  #late: Request | undefined
  #dice = 1

  /** @param keeps What an audience is made of; with `people`, each address belongs to a person of its own. */
  constructor(keeps: 'rows' | 'people' = 'rows', addsMatchExtern = false) {
    this.#sandbox = createSandbox({
      now: () => this.#now,
      seed: 7,
      tier: 'off',
      matching:
        keeps === 'rows'
          ? { kind: 'rows' }
          : {
              kind: 'people',
              ownerOf: (_, value) => this.#names.get(value) ?? null,
              externMemory: 'union',
              addsMatchExtern,
            },
    })
  }

  /** Every look at the clock finds it a little later. */
  now(): number {
    return (this.#now += 1)
  }

  random(): number {
    this.#dice = (this.#dice * 16_807) % 2_147_483_647
    return this.#dice / 2_147_483_647
  }

  later(ms: number): void {
    this.#now += ms
  }

  /** How often somebody slept by its clock. */
  sleeps = 0
  /** Every answer says that the ad account is at its limit. */
  isNearLimit = false

  sleep(ms: number): void {
    this.sleeps += 1
    this.later(ms)
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (request.method !== 'GET') this.#writes.push(`${request.method} ${pathname}`)
    if (this.#delaysUpload && request.method === 'POST' && pathname.endsWith('/users')) {
      this.#delaysUpload = false
      this.#late = request.clone()
      throw new TypeError('The connection was cut')
    }
    const answer = await this.#sandbox.fetch(request)
    if (this.isNearLimit) answer.headers.set('x-ad-account-usage', '{"acc_id_util_pct":100}')
    return answer
  }

  delayNextUpload(): void {
    this.#delaysUpload = true
  }

  /** The upload that was kept back takes effect after all. */
  async arrive(): Promise<void> {
    if (this.#late === undefined) throw new Error('No upload was kept back')
    await this.#sandbox.fetch(this.#late)
  }

  /** What was asked to be changed since this was last called. */
  takeWrites(): string[] {
    const writes = this.#writes
    this.#writes = []
    return writes
  }

  /** Something goes wrong with the next request that fits. */
  async befall(
    fault: string,
    match: { readonly method: string; readonly path: string },
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.#post('_control/faults', { fault, match, ...more })
  }

  /** From now on rows with these addresses are invalid, and no answer says which rows they are. */
  async rejects(emails: readonly string[]): Promise<void> {
    const containing = emails.map((email) => this.digestOf(email))
    const match = { method: 'POST', path: '/users' }
    await this.#post('_control/faults', {
      fault: 'partial_invalid',
      match,
      containing,
      named: 0,
      times: null,
    })
  }

  get audiences(): readonly string[] {
    return this.#sandbox.model.audienceIds()
  }

  /** The only audience that there is. */
  get audience(): string {
    const [only, ...others] = this.audiences
    if (only === undefined || others.length > 0)
      throw new Error(`There are ${this.audiences.length} audiences`)
    return only
  }

  /** The audiences that were made from others. */
  get lookalikes(): readonly { id: string; name: string; originId: string }[] {
    return this.audiences.flatMap((id) => {
      const { name, lookalike } = this.#sandbox.model.audience(id) ?? {}
      return name === undefined || lookalike === undefined || lookalike === null
        ? []
        : [{ id, name, originId: lookalike.originId }]
    })
  }

  descriptionOf(audience: string): string {
    return this.#sandbox.model.audience(audience)?.description ?? ''
  }

  /** What is sent of an address, and from then on also how it is named here. */
  digestOf(email: string): string {
    const digest = hash('sha256', email)
    this.#names.set(digest, email.replace('@example.com', ''))
    return digest
  }

  /** Who is in an audience, by the name in the address of each row, or by the id where a row has no address. */
  inside(audience = this.audience): string[] {
    const rows = this.#sandbox.model.rowsOf(audience)
    return rows
      .map(({ EMAIL, EXTERN_ID }) => this.#names.get(String(EMAIL)) ?? `#${String(EXTERN_ID)}`)
      .toSorted()
  }

  /** The values of one match key in the rows of an audience. */
  cells(key: string, audience = this.audience): string[] {
    const rows = this.#sandbox.model.rowsOf(audience)
    return rows.flatMap((row) => (row[key] === undefined ? [] : [String(row[key])])).toSorted()
  }

  /** Who is in an audience where people are kept and not rows. */
  people(audience = this.audience): string[] {
    return [...this.#sandbox.model.peopleOf(audience)].toSorted()
  }

  /** Somebody else makes an audience and puts these people into it. */
  async prefilled(names: readonly string[], valueBased = false): Promise<string> {
    const { id } = (await this.#graph(`${ACCOUNT}/customaudiences`, {
      name: 'Old customers',
      subtype: 'CUSTOM',
      customer_file_source: 'USER_PROVIDED_ONLY',
      is_value_based: valueBased,
    })) as { id: string }
    if (names.length > 0) await this.#graph(`${id}/users`, this.#rowsOf(names))
    return id
  }

  /** Somebody deletes an audience in Ads Manager. */
  deleted(audience: string): void {
    this.#sandbox.model.deleteAudience(audience)
  }

  /** Somebody else takes these people out. */
  async takeOut(names: readonly string[], audience: string): Promise<void> {
    await this.#graph(`${audience}/users`, { method: 'DELETE', ...this.#rowsOf(names) })
  }

  #rowsOf(names: readonly string[]): object {
    const data = names.map((name) => [this.digestOf(`${name}@example.com`)])
    return { payload: { schema: ['EMAIL'], data } }
  }

  async #graph(path: string, body: object): Promise<unknown> {
    return this.#post(`v25.0/${path}`, body)
  }

  async #post(path: string, body: object): Promise<unknown> {
    const answer = await this.#sandbox.fetch(
      new Request(`${ADDRESS}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sandbox-token' },
        body: JSON.stringify(body),
      }),
    )
    if (!answer.ok) throw new Error(`The sandbox refused ${path}: ${await answer.text()}`)
    return answer.json()
  }
}
