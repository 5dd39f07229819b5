import { text as allOf } from 'node:stream/consumers'
import type { Surroundings, Workspace } from '../app/workspace.ts'
import { EXIT, type Cli, type ExitCode } from './cli.ts'
import { InvalidDefinition } from './invalid-definition.ts'
import { movingProgress, plainProgress } from './progress.ts'
import { visibleJson, visibleText } from './text/visible.ts'

/** What the entry point knows of the process that it is in. */
export interface ProcessParts extends Pick<Cli, 'surroundings' | 'stdout' | 'serveSandbox'> {
  readonly stdin: NodeJS.ReadStream
  readonly stderr: NodeJS.WriteStream
}

/** The command line of one process. @returns it with the exit code as it stands */
export function openCli(parts: ProcessParts): {
  readonly cli: Cli
  readonly exitCode: () => ExitCode
} {
  const { surroundings, stdin, stdout, stderr } = parts
  let exit: ExitCode = EXIT.done
  const cli: Cli = {
    ...parts,
    isTerminal: stdin.isTTY && stderr.isTTY,
    out: (result, json, render) => {
      const text = json ? visibleJson(JSON.stringify(result, null, 2)) : visibleText(render(result))
      stdout.write(`${text}\n`)
    },
    note: (text) => {
      stderr.write(`${visibleText(text)}\n`)
    },
    openWorkspace: (file) => openWorkspace(file, surroundings),
    readInput: () => allOf(stdin),
    confirm: async (question) => {
      if (!stdin.isTTY || !stderr.isTTY) return false
      const { confirm } = await import('@clack/prompts')
      const answer = await confirm({
        message: visibleText(question),
        initialValue: false,
        output: stderr,
        withGuide: false,
      })
      return answer === true
    },
    progress: (title) =>
      stderr.isTTY
        ? movingProgress(stderr, title, () => surroundings.world.now())
        : plainProgress(stderr, title),
    exitWith: (code) => {
      if (code > exit) exit = code
    },
  }
  return { cli, exitCode: () => exit }
}

async function openWorkspace(file: string, surroundings: Surroundings): Promise<Workspace> {
  // Whatever is written into the state folder from here on, by the engine too, is its owner's alone from the first byte.
  process.umask(0o077)
  const workspaces = await import('../app/workspace.ts')
  const loaded = workspaces.readDefinition(file, surroundings.env)
  if (loaded.kind === 'invalid') throw new InvalidDefinition(file, loaded.mistakes)
  return workspaces.Workspace.open(file, loaded.definition, surroundings)
}
