import { once } from 'node:events'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { ConnectionLost } from './faults.ts'
import { createSandbox, type SandboxOptions } from './sandbox.ts'

/** Meta's own SDKs send deletes in the URL: 10,000 rows are 790 KB of it, which Node would refuse by default. */
const HEADER_BYTES_MAX = 64 * 1024 * 1024

export interface ServeOptions extends SandboxOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** Loopback by default; nothing guards the sandbox, so anything else opens it to the network. */
  readonly host?: string
}

export interface ServedSandbox {
  /** Scheme, host and port, without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

/** Serves a sandbox over HTTP; rejects if the address is taken. */
export async function serveSandbox({
  port,
  host = '127.0.0.1',
  ...options
}: ServeOptions): Promise<ServedSandbox> {
  const sandbox = createSandbox(options)
  const answer = async (
    request: Request,
    { socket }: { readonly socket: { destroy(): void } },
  ): Promise<Response> => {
    try {
      return await sandbox.fetch(request)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      socket.destroy()
      return new Response(null)
    }
  }
  const listener = getRequestListener((request, { incoming }) => answer(request, incoming), {
    overrideGlobalObjects: false,
  })
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (incoming, outgoing) => {
    void listener(incoming, outgoing)
  })
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    sandbox.close()
    throw error
  }
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      sandbox.close()
    },
  }
}
