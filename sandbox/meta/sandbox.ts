import { Hono } from 'hono'
import { addControlRoutes } from './control/routes.ts'
import { createFaults } from './faults.ts'
import { createGraph } from './graph.ts'
import type { AdAccountOptions } from './model/account.ts'
import type { Matching } from './model/membership.ts'
import { createModel, openModel, type SandboxModel } from './model/model.ts'
import { randomText } from './random.ts'
import { createRateLimiter, type Tier } from './rate-limiter.ts'
import { createRequestLog } from './request-log.ts'

export interface SandboxOptions {
  /** Milliseconds since the epoch; the real clock by default. What the control clock was advanced by is added. */
  readonly now?: () => number
  /** The same seed gives the same ids; the clock's reading by default, so that ids are not given twice. */
  readonly seed?: number
  /** Where the state is kept over a restart; in memory only by default. */
  readonly stateFile?: string
  /** Count the members instead of keeping them, for audiences of many millions. */
  readonly countOnly?: boolean
  /** How removals find members; by stored rows by default. */
  readonly matching?: Matching
  readonly adAccounts?: readonly AdAccountOptions[]
  /** The access tier, which sets the rate limits; `full` by default. */
  readonly tier?: Tier
  /** A removal that would leave fewer members is refused; none is by default. */
  readonly minimumAfterRemoval?: number
  /** How long a replacement takes after its last batch; 0 by default. */
  readonly replaceProcessingMs?: number
}

export interface Sandbox {
  /** Answers a request; rejects with a TypeError where a fault cuts the connection. */
  fetch(request: Request): Promise<Response>
  readonly model: SandboxModel
  /** Lets go of the state file. */
  close(): void
}

/**
 * A stand-in for Meta's Graph API as far as Custom Audiences go, with a control plane under `/_control/`. Throws if the
 * state file cannot be read or written.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const now = options.now ?? Date.now
  const seed = options.seed ?? Math.trunc(now())
  const model = createModel({
    now,
    seed,
    stateFile: options.stateFile,
    countOnly: options.countOnly ?? false,
    matching: options.matching ?? { kind: 'rows' },
    adAccounts: options.adAccounts,
  })
  const parts = {
    model,
    faults: createFaults(),
    limiter: createRateLimiter(options.tier ?? 'full'),
    requests: createRequestLog(),
    random: randomText(seed),
    rules: {
      minimumAfterRemoval: options.minimumAfterRemoval ?? null,
      replaceProcessingMs: options.replaceProcessingMs ?? 0,
    },
  }
  const app = new Hono()
  addControlRoutes(app, parts)
  const graph = createGraph(parts)
  app.all('*', (context) => graph(context.req.raw))
  // Hono would turn a cut connection into an answer.
  app.onError((error) => {
    throw error
  })
  return {
    fetch: async (request) => app.fetch(request),
    model: openModel(model),
    close: () => model.close(),
  }
}
