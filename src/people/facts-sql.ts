/** The schema of what the relations over people are made of: `facts`, `taken` and `stands`. */
export const BELOW = 'people_store'

/** Facts of some kinds, each of the person who stands for its own now. */
export const factsOf = (kinds: string, columns: string): string =>
  `select coalesce(stands, facts.person) as person, ${columns} from ${BELOW}.facts as facts ` +
  `left join ${BELOW}.stands as stands on stands.person = facts.person where fact in (${kinds})`

/** The identifiers that people have, without those that identify nobody. */
export const IDENTIFIERS =
  `${factsOf(`'identifier'`, 'name, value, time')} ` +
  `and not exists (from ${BELOW}.facts as shared where shared.fact = 'shared' and shared.name = facts.name and shared.value = facts.value)`

/** Who there is, and from when to when. */
export const SEEN =
  `select person, min(time) as time, max(until) as until, min(received) as received ` +
  `from (${factsOf(`'seen'`, 'time, until, received')}) group by person`

/** Times of messages that came at the same moment are told apart by their ids, so that the order is always the same. */
export const ORDER = `{'time': time, 'id': id}`

export const moment = (ms: string): string => `epoch_ms(${ms})`

/** The columns of `SEEN` as those of the people. */
export const SEEN_COLUMNS = `${moment('seen.time')} as first_seen, ${moment('seen.until')} as last_seen, ${moment('seen.received')} as created`
