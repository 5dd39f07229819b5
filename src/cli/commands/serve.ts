import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { openCollector, type Collector } from '../../app/collector.ts'
import { keepTakingIn } from '../../app/take-in-journal.ts'
import { tidyKept } from '../../app/tidy-kept.ts'
import { serveHttp } from '../../server/serve-http.ts'
import { trackingRoutes } from '../../server/tracking.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { readWhole } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { bold, dim } from '../text/paint.ts'

const PORT_DEFAULT = '4020'
const SWEEP_EVERY_MS = 3_600_000

export function serveCommand(cli: Cli): Command {
  return newCommand('serve', SUMMARIES.serve, {
    examples: [
      ['rollcall serve', `on http://127.0.0.1:${PORT_DEFAULT}, until Ctrl-C`],
      [
        'rollcall serve --host 0.0.0.0 --port 80',
        'for other machines; put a proxy with TLS before it',
      ],
    ],
    exits: {
      1: 'the address is taken, or another process takes the events of this workspace',
      2: 'the command line or the definition is wrong, or it has no tracking source or lacks a write key',
    },
  })
    .option('--port <port>', 'where it listens; 0 takes any free port', PORT_DEFAULT)
    .option(
      '--host <address>',
      'on which address; anything but loopback opens it to the network',
      '127.0.0.1',
    )
    .action(async (options: { port: string; host: string }, command: Command) => {
      const { file, json } = commonOptions(command)
      const port = readWhole(options.port, '--port', 0, 65_535)
      await using workspace = await cli.openWorkspace(file)
      const { stop, world } = cli.surroundings
      const collector = await openCollector(workspace)
      const { journal, rejections, sources } = collector
      const now = (): number => world.now()
      const routes = trackingRoutes({
        ...collector,
        now,
        newId: () => randomUUID(),
        tell: (text) => cli.note(text),
      })
      const served = await serveHttp(routes.fetch, { port, host: options.host })
      cli.out({ url: served.url, sources: [...sources.values()] }, json, ({ url }) =>
        listeningText(url, collector),
      )
      const sweeping = setInterval(() => {
        Promise.all([rejections.sweep(), tidyKept(workspace)]).catch((error: unknown) =>
          cli.note(String(error)),
        )
      }, SWEEP_EVERY_MS)
      const taking = keepTakingIn(workspace, stop, (text) => cli.note(text))
      if (!stop.aborted) await once(stop, 'abort')
      clearInterval(sweeping)
      await served.drain()
      await Promise.all([journal.close(), rejections.close(), taking])
    })
}

function listeningText(url: string, { sources }: Collector): string {
  return [
    `Takes events on ${bold(url)} for ${[...sources.values()].join(', ')} ${dim('(Ctrl-C ends it)')}`,
    '  Point a client there:',
    `    @segment/analytics-node      new Analytics({ writeKey, host: '${url}' })`,
    `    @segment/analytics-next      AnalyticsBrowser.load({ writeKey, cdnURL: '${url}' })`,
    `    @rudderstack/rudder-sdk-node new Analytics(writeKey, { dataPlaneUrl: '${url}' })`,
    `    anything else                POST ${url}/v1/track, the write key as the user of Basic authentication`,
    '  See what comes in: rollcall events --follow',
  ].join('\n')
}
