import { RollcallError, type Remedy } from '../../core/error.ts'

type Failure = Pick<Remedy, 'code' | 'next' | 'remedy'> & { readonly what: string }

const CORRUPT: Failure = {
  code: 'store/corrupt',
  next: 'act',
  what: 'The state file is damaged or is not a Rollcall state file',
  remedy:
    'Restore the state folder from a backup, or move it away: the next sync then names the Custom Audience to go on with, and `--adopt replace` makes it right again.',
}
const LOCKED: Failure = {
  code: 'store/locked',
  next: 'retry',
  what: 'The state file is in use by another program',
  remedy:
    'Wait for the other program to end. If none is running, a backup or a file synchroniser may have the file open: keep the state folder out of it.',
}
const NOT_WRITABLE: Failure = {
  code: 'store/not-writable',
  next: 'act',
  what: 'The state file cannot be opened for writing',
  remedy: 'Run Rollcall as the user who owns the state folder, on a disk that can be written to.',
}
const NOT_READABLE: Failure = {
  code: 'store/io',
  next: 'act',
  what: 'The disk did not read or write the state file',
  remedy: 'Look at the health and the mount of the disk that holds the state folder.',
}

export const BUSY = 5

/** By SQLite's primary result code, https://sqlite.org/rescode.html. Whatever is not here is a defect and stays as it is. */
const FAILURES: Readonly<Record<number, Failure>> = {
  3: NOT_WRITABLE, // PERM
  [BUSY]: LOCKED,
  6: LOCKED, // LOCKED
  8: NOT_WRITABLE, // READONLY
  10: NOT_READABLE, // IOERR
  11: CORRUPT, // CORRUPT
  13: {
    code: 'store/disk-full',
    next: 'act',
    what: 'The disk with the state folder is full',
    remedy: 'Make room on that disk. Nothing was half-written, and the next run goes on from here.',
  },
  14: NOT_WRITABLE, // CANTOPEN
  26: CORRUPT, // NOTADB
}

/** Does something with SQLite; what the disk or another program does wrong becomes a `RollcallError`. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const failure = FAILURES[primaryCode(error)]
    if (failure === undefined) throw error
    const { what, code, next, remedy } = failure
    throw new RollcallError(`${what}: ${path}`, { code, next, remedy, cause: error })
  }
}

/** Extended codes have the primary one in their lowest byte. */
export function primaryCode(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code & 0xff : 0
}
