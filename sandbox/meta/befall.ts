import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from './answer.ts'
import { tokenExpired } from './auth.ts'
import type { Context } from './context.ts'
import { GraphError } from './errors.ts'
import { ConnectionLost, type FaultSpec } from './faults.ts'

/** Lets a fault happen that does not depend on what the request would do. */
export async function befall(
  fault: FaultSpec,
  { model, now, nodeId }: Context,
  progress: Progress,
): Promise<void> {
  const account = progress.accountId?.replace('act_', '') ?? ''
  switch (fault.fault) {
    case 'throttle':
      progress.throttledMinutes = fault.minutes
      throw new GraphError('audienceLimit')
    case 'transient':
      throw new GraphError('service')
    case 'no_effect_reset':
      throw new ConnectionLost()
    case 'token_expired':
      throw tokenExpired(now - 1000, now)
    case 'token_invalidated':
      throw new GraphError('tokenInvalidated')
    case 'permission':
      throw new GraphError('audienceNotMine', { id: nodeId })
    case 'terms_withdrawn':
      throw new GraphError(nodeId.startsWith('act_') ? 'termsForAudience' : 'termsForUpload', {
        account,
      })
    case 'no_business':
      throw new GraphError('noBusiness')
    case 'too_small_to_remove':
      throw new GraphError('tooSmallToRemove')
    case 'graph_error':
      throw new GraphError(fault.error ?? 'unknown', { id: nodeId, account })
    case 'audience_deleted':
      model.commit({ kind: 'audience-deleted', id: nodeId })
      return
    case 'audience_flagged': {
      const record = model.audience(nodeId)
      if (record !== undefined)
        model.commit({ kind: 'audience', record: { ...record, flagged: true } })
      return
    }
    case 'slow':
      await delay(fault.delayMs)
      return
    case 'lost_answer':
    case 'html_500':
    case 'partial_invalid':
    case 'replace_failed':
      return
    default:
      fault.fault satisfies never
  }
}
