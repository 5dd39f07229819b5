import type { Scopes } from '../core/scopes.ts'
import type { Destination } from '../destination/port.ts'

/** A destination whose requests name the apps and the page within which their ids count. */
export function withScopes(destination: Destination, scopes: Scopes): Destination {
  if (scopes.apps.length === 0 && scopes.page === null) return destination
  return {
    ...destination,
    send: async (request) => destination.send({ ...request, scopes }),
  }
}
