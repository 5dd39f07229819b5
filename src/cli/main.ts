#!/usr/bin/env node
import { randomBytes } from 'node:crypto'
import { enableCompileCache } from 'node:module'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { holdSandboxState } from './embedded-sandbox.ts'
import type { Cli } from './cli.ts'

// Half of a short command's time is reading code. The folder is the user's own: what lies in a shared one could be anybody's code.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rollcall'))

const owner = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`

/** Surely dead is only who ran on this machine and does so no more. Our own process id with another nonce is a former life's, as in a container, where every process is number 1. */
function isDead(holder: string): boolean {
  const [host, pid, nonce] = holder.split(':')
  if (host !== hostname() || pid === undefined || nonce === undefined) return false
  if (Number(pid) === process.pid) return holder !== owner
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/** These leave something half-done when they just end; nothing is lost by it, but the next run has to find out. */
const ENDS_IN_ORDER: readonly string[] = ['sync', 'retire', 'sandbox', 'serve']

/** The first signal asks to end in order; the second ends at once. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130)
      process.stderr.write('\nStopping after what is under way; once more ends at once\n')
      stop.abort()
    })
  return stop.signal
}

const words = process.argv.slice(2)
const endsInOrder = words.some((word) => ENDS_IN_ORDER.includes(word))

const surroundings: Cli['surroundings'] = {
  world: {
    now: () => Date.now(),
    sleep: (ms, signal) => delay(ms, undefined, signal && { signal }),
    random: () => Math.random(),
    fetch: (request) => fetch(request),
  },
  env: process.env,
  startSandbox: async (stateFile) => {
    holdSandboxState(stateFile, { owner, isDead })
    const { createSandbox } = await import('../../sandbox/meta/sandbox.ts')
    const sandbox = createSandbox({ stateFile })
    return async (request) => sandbox.fetch(request)
  },
  owner,
  isDead,
  stop: endsInOrder ? stopOnSignal() : new AbortController().signal,
}

const serveSandbox: Cli['serveSandbox'] = async ({ port, host, stateFile, countOnly }) => {
  if (stateFile !== null) holdSandboxState(stateFile, { owner, isDead })
  const { serveSandbox: serve } = await import('../../sandbox/meta/serve.ts')
  return serve({ port, host, countOnly, ...(stateFile === null ? {} : { stateFile }) })
}

// Loaded from here on, so that the cache serves them.
const { openCli } = await import('./open-cli.ts')
const { runProgram } = await import('./program.ts')
const { printError } = await import('./print-error.ts')
const { stdin, stdout, stderr } = process
const { cli, exitCode } = openCli({ surroundings, stdin, stdout, stderr, serveSandbox })
try {
  await runProgram(words, cli)
} catch (error) {
  cli.exitWith(
    printError(error, cli, { json: words.includes('--json'), debug: words.includes('--debug') }),
  )
}
process.exitCode = exitCode()
