import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import type { Change } from './change.ts'

const READ_BYTES = 1 << 20

/** The changes of a sandbox as a file, one JSON line each. */
export interface StateLog {
  /** Returns when the line is with the operating system, so a killed process has lost nothing it answered for. */
  append(change: Change): void
  close(): void
}

/** Lines that end in a line break; what follows the last break was cut off by a crash and is left out. */
function* completeLines(path: string): Generator<string> {
  const file = openSync(path, 'r')
  try {
    const decoder = new StringDecoder('utf8')
    const buffer = Buffer.alloc(READ_BYTES)
    const pieces: string[] = []
    for (let bytes = 1; bytes > 0;) {
      bytes = readSync(file, buffer)
      const parts = decoder.write(buffer.subarray(0, bytes)).split('\n')
      for (const part of parts.slice(0, -1)) {
        yield pieces.splice(0).join('') + part
      }
      pieces.push(parts.at(-1) ?? '')
    }
  } finally {
    closeSync(file)
  }
}

function parseChange(line: string, path: string): Change {
  try {
    // Only this file's own lines are read back, so their shape is known.
    const change: Change = JSON.parse(line)
    return change
  } catch (cause) {
    throw new Error(`Cannot read the sandbox state "${path}": a line in it is broken`, { cause })
  }
}

/** Reads the changes of an earlier run; a line that was not written whole ends the log. */
export function* readStateLog(path: string): Generator<Change> {
  if (!existsSync(path)) return
  for (const line of completeLines(path)) {
    yield parseChange(line, path)
  }
}

/** Writes a line as a whole or not at all, also when the disk is full; returns its bytes. */
function writeLine(file: number, change: Change, position: number): number {
  const line = Buffer.from(`${JSON.stringify(change)}\n`)
  try {
    for (let from = 0; from < line.length;) {
      from += writeSync(file, line, from, line.length - from, position + from)
    }
  } catch (error) {
    ftruncateSync(file, position)
    throw error
  }
  return line.length
}

/** Starts a log afresh with the changes that make up the present state, in place of the file at `path`. */
export function compactStateLog(path: string, snapshot: Iterable<Change>): StateLog {
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', 0o600)
  let length = 0
  const append = (change: Change): void => {
    length += writeLine(file, change, length)
  }
  for (const change of snapshot) append(change)
  fsyncSync(file)
  renameSync(fresh, path)
  return {
    append,
    close: () => closeSync(file),
  }
}
