import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { RollcallError } from '../core/error.ts'

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly host: string
}

export interface Served {
  /** Scheme, host and port, without a slash at the end. */
  readonly url: string
  /** Takes no new connections, lets what is under way end, and then closes. */
  drain(): Promise<void>
}

/** Longer than proxies keep theirs, so that none of them uses a connection that is being closed. */
const KEEP_ALIVE_MS = 75_000
const DRAIN_MAX_MS = 15_000
const DRAIN_LOOK_MS = 50

/**
 * Serves requests over HTTP.
 * @throws RollcallError `server/port-taken`
 */
export async function serveHttp(
  answer: (request: Request) => Response | Promise<Response>,
  { port, host }: ServeOptions,
): Promise<Served> {
  let isDraining = false
  const silent = new Set<Socket>()
  const underWay = new Set<ServerResponse>()
  const listener = getRequestListener(answer, { overrideGlobalObjects: false })
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    silent.delete(incoming.socket)
    if (isDraining) outgoing.setHeader('Connection', 'close')
    underWay.add(outgoing)
    outgoing.once('close', () => underWay.delete(outgoing))
    void listener(incoming, outgoing)
  })
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      ? portTaken(port, host)
      : error
  }
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    drain: async () => {
      isDraining = true
      for (const outgoing of underWay)
        if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close')
      // On these nothing was asked yet; the server would wait for it.
      for (const socket of silent) socket.destroy()
      const closed = once(server, 'close')
      server.close()
      const looking = setInterval(() => server.closeIdleConnections(), DRAIN_LOOK_MS)
      const ending = setTimeout(() => server.closeAllConnections(), DRAIN_MAX_MS)
      await closed
      clearInterval(looking)
      clearTimeout(ending)
    },
  }
}

const portTaken = (port: number, host: string): RollcallError =>
  new RollcallError(`Port ${port} of ${host} is taken`, {
    code: 'server/port-taken',
    next: 'retry',
    remedy: 'Choose another with --port, or --port 0 for any that is free',
  })
