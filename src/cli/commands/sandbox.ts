import { once } from 'node:events'
import type { Command } from 'commander'
import { RollcallError } from '../../core/error.ts'
import type { Cli, SandboxToServe, ServingSandbox } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { readWhole } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { bold, dim } from '../text/paint.ts'

interface Options {
  readonly port: string
  readonly host: string
  readonly state?: string
  readonly countOnly?: boolean
}

export function sandboxCommand(cli: Cli): Command {
  return newCommand('sandbox', SUMMARIES.sandbox, {
    examples: [
      ['rollcall sandbox', 'on http://127.0.0.1:4010, until Ctrl-C'],
      ['rollcall sandbox --state sandbox.log', 'its audiences are kept in a file'],
      ['rollcall sandbox --port 0 --count-only', 'any free port; members are counted, not kept'],
    ],
    exits: { 1: 'the address is taken', 2: 'the command line is wrong' },
  })
    .option('--port <port>', 'where it listens; 0 takes any free port', '4010')
    .option(
      '--host <address>',
      'on which address; anything but loopback opens it to the network',
      '127.0.0.1',
    )
    .option('--state <file>', 'keep its state in this file')
    .option('--count-only', 'count members instead of keeping them')
    .action(async (options: Options, command: Command) => {
      const { json } = commonOptions(command)
      const { host, state, countOnly } = options
      const port = readWhole(options.port, '--port', 0, 65_535)
      const serving = await serve(cli, {
        port,
        host,
        stateFile: state ?? null,
        countOnly: countOnly ?? false,
      })
      const account = { adAccount: 'act_1000000001', accessToken: 'sandbox-token' }
      cli.out({ url: serving.url, ...account }, json, ({ url }) =>
        [
          `${bold('SANDBOX')} listens on ${bold(url)} ${dim('(Ctrl-C ends it)')}`,
          `  In the definition: destinations: { meta: { type: meta, api_url: "${url}" } }`,
          `  Ad account ${account.adAccount}, access token ${account.accessToken}; control routes under ${url}/_control/`,
        ].join('\n'),
      )
      const { stop } = cli.surroundings
      if (!stop.aborted) await once(stop, 'abort')
      await serving.close()
    })
}

async function serve(cli: Cli, options: SandboxToServe): Promise<ServingSandbox> {
  try {
    return await cli.serveSandbox(options)
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!taken) throw error
    throw new RollcallError(`Port ${options.port} of ${options.host} is taken`, {
      code: 'sandbox/port-taken',
      next: 'retry',
      remedy: 'Choose another with --port, or --port 0 for any that is free',
      cause: error,
    })
  }
}
