import type { Surroundings, Workspace } from '../app/workspace.ts'
import type { Progress } from './progress.ts'
import type { TextStream } from './text-stream.ts'

/** What the exit code of every command says. */
export const EXIT = {
  done: 0,
  /** Something did not work; running it again may help. */
  failed: 1,
  /** The command line or the definition file is wrong. */
  wrong: 2,
  /** A person must decide or do something first. */
  act: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A sandbox that listens, as `rollcall sandbox` starts it. */
export interface SandboxToServe {
  readonly port: number
  readonly host: string
  readonly stateFile: string | null
  readonly countOnly: boolean
}

export interface ServingSandbox {
  readonly url: string
  close(): Promise<void>
}

/** What a command works with. Results go to stdout, everything else to stderr. */
export interface Cli {
  readonly surroundings: Surroundings & { readonly stop: AbortSignal }
  readonly stdout: TextStream
  readonly stderr: TextStream
  /** A person sits at it and can be asked: input and stderr are a terminal. */
  readonly isTerminal: boolean
  /** Prints a result once: as one JSON document, or as text for people, without a line break at its end. */
  out<T>(result: T, json: boolean, render: (result: T) => string): void
  /** Says something on stderr. */
  note(text: string): void
  /**
   * Reads the definition and opens its workspace.
   * @throws InvalidDefinition when there are mistakes in it
   */
  openWorkspace(file: string): Promise<Workspace>
  /** Everything that is piped in. */
  readInput(): Promise<string>
  /** Asks a question with yes and no; where nobody can be asked the answer is no. */
  confirm(question: string): Promise<boolean>
  progress(title: string): Progress
  serveSandbox(options: SandboxToServe): Promise<ServingSandbox>
  /** The process ends with the highest of the codes that were set. */
  exitWith(code: ExitCode): void
}

/** The options that every command takes. */
export interface CommonOptions {
  readonly file: string
  readonly json: boolean
}
