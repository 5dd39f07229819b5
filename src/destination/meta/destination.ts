import type { World } from '../../core/world.ts'
import type { Destination } from '../port.ts'
import { describeAccount } from './account.ts'
import { ROWS_PER_REQUEST_MAX } from './body.ts'
import { Graph } from './graph.ts'
import { createLookalike } from './lookalike.ts'
import { sendMembership } from './membership.ts'
import { removeEverywhere } from './removal-everywhere.ts'
import { preflight } from './preflight.ts'
import { allAudiences, changeAudience, createAudience, lookAtAudience } from './remote-audiences.ts'
import { connectionOf, type MetaSettings } from './settings.ts'

/** Meta does not use an audience with fewer people, and shows no size under a thousand. */
const USABLE_ROWS_MIN = 100

/**
 * Meta's Marketing API as a destination.
 *
 * @throws RollcallError when a setting cannot be right. Every later failure is a value.
 */
export function metaDestination(settings: MetaSettings, world: World): Destination {
  const connection = connectionOf(settings)
  const { adAccount, environment } = connection
  const graph = new Graph(connection, world)
  return {
    environment,
    accountId: adAccount,
    limits: { rowsPerRequest: ROWS_PER_REQUEST_MAX, usableRowsMin: USABLE_ROWS_MIN },
    account: () => describeAccount(graph, adAccount),
    preflight: () => preflight(graph, connection, world),
    look: (audienceId) => lookAtAudience(graph, adAccount, audienceId),
    list: () => allAudiences(graph, adAccount),
    create: (spec) => createAudience(graph, adAccount, spec),
    createLookalike: (spec) => createLookalike(graph, adAccount, spec),
    update: (audienceId, change) =>
      changeAudience(graph, adAccount, audienceId, {
        method: 'POST',
        body: JSON.stringify(change),
        attempt: `change Custom Audience ${audienceId}`,
      }),
    delete: (audienceId) =>
      changeAudience(graph, adAccount, audienceId, {
        method: 'DELETE',
        attempt: `delete Custom Audience ${audienceId}`,
      }),
    removeEverywhere: (request) => removeEverywhere(graph, adAccount, request),
    pace: () => graph.pace(),
    send: (request) => sendMembership(graph, adAccount, request),
  }
}
