// Lives to take in, and everything that can be asked of them afterwards.
import type { Message } from '../../src/core/event/message.ts'
import { message } from '../support/message.ts'
import { seededRandom } from '../support/seeded-random.ts'
import type { Town } from './town.ts'

const HOUR = 3_600_000

/** People who come, log in on several devices, change their plan and tell their companies. The same seed tells the same lives. */
export function life(seed: number, count: number): Message[] {
  const random = seededRandom(seed)
  const pick = (sides: number): number => Math.floor(random() * sides)
  return Array.from({ length: count }, () => {
    const timestamp = pick(1000) * HOUR
    const anonymousId = `a${pick(60)}`
    if (pick(4) > 0) return message({ anonymousId, timestamp, event: `e${pick(5)}` })
    const traits = { plan: `p${pick(3)}`, n: pick(2) }
    if (pick(3) === 0)
      return message({
        kind: 'group',
        event: null,
        anonymousId,
        groupId: `g${pick(5)}`,
        traits,
        timestamp,
      })
    return message({
      kind: 'identify',
      event: null,
      anonymousId,
      userId: `u${pick(20)}`,
      traits,
      timestamp,
    })
  })
}

/** Everything that can be asked, in an order of its own. */
export async function everything(town: Pick<Town, 'ask'>): Promise<unknown> {
  return {
    profiles: await town.ask(
      `select person::varchar as person, user_id::varchar as user_id, anonymous_id::varchar as anonymous_id, plan, n, first_seen::varchar as first_seen, last_seen::varchar as last_seen from profiles order by person`,
    ),
    events: await town.ask(
      `select person::varchar as person, name, time::varchar as time, id from events order by id`,
    ),
    merges: await town.ask(
      'select person::varchar as person, stands::varchar as stands, message from merges order by person',
    ),
    accounts: await town.ask('select * from accounts order by account'),
    members: await town.ask(
      'select person::varchar as person, account, since::varchar as since from account_members order by all',
    ),
    traits: await town.ask(
      `select person::varchar as person, trait, value::varchar as value, since::varchar as since from trait_history order by all`,
    ),
  }
}
