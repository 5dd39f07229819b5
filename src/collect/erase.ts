import { fstatSync, writeSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { Message } from '../core/event/message.ts'
import { messageIn } from './journal.ts'
import { blankFrame } from './line.ts'
import { readLines, type Stretch } from './read-lines.ts'
import { rejectionIn, type Rejection } from './rejections.ts'
import { segmentPath, START, unlessMissing } from './segments.ts'

/** Erases messages from a journal, also while another process writes it. @returns how many */
export const eraseMessages = async (
  folder: string,
  isTheirs: (message: Message) => boolean,
): Promise<number> => eraseLines(folder, (text) => isTheirs(messageIn({ text })))

/** Erases from what was not taken, also while another process writes it. @returns how many */
export const eraseRejections = async (
  folder: string,
  isTheirs: (rejection: Rejection) => boolean,
): Promise<number> => eraseLines(folder, (text) => isTheirs(rejectionIn({ text })))

/**
 * Overwrites lines with blanks, in their own place and of their own length, so that every position in the journal still means
 * what it meant, and whoever appends to the file is not disturbed. What it did when it died stays, and it may be done again: a
 * line that was half overwritten is damaged, and its break and its neighbours are whole. Damaged lines are overwritten
 * too: nobody can read them, so nobody can say that they hold nothing.
 */
async function eraseLines(folder: string, isTheirs: (text: string) => boolean): Promise<number> {
  await using files = new OverwrittenFiles(folder)
  const damaged: Stretch[] = []
  const onDamaged = (stretch: Stretch): void => void damaged.push(stretch)
  let erased = 0
  for await (const lines of readLines(folder, START, { onDamaged })) {
    const theirs = lines.filter(({ text }) => isTheirs(text)).map(({ at }) => at)
    await files.blank(theirs)
    erased += theirs.length
  }
  await files.blank(damaged)
  return erased
}

/** The segment that is overwritten, open; each is durable before the next one. */
class OverwrittenFiles implements AsyncDisposable {
  readonly #folder: string
  #open: { readonly segment: number; readonly file: FileHandle | undefined } | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** In the order of the segments. */
  async blank(stretches: readonly Stretch[]): Promise<void> {
    for (const { segment, offset, bytes } of stretches) {
      if (this.#open?.segment !== segment) await this.#begin(segment)
      const fd = this.#open?.file?.fd
      // A writer whose disk failed cuts what it had not synced: nothing is to be written behind the end.
      if (fd === undefined || fstatSync(fd).size < offset + bytes) continue
      // Without leaving the thread: somebody may have as many lines as a journal has, and each is a call of some microseconds.
      writeSync(fd, blankFrame(bytes), offset)
    }
  }

  /** A segment that is gone took its lines along. */
  async #begin(segment: number): Promise<void> {
    await this[Symbol.asyncDispose]()
    const path = segmentPath(this.#folder, segment)
    this.#open = { segment, file: await unlessMissing(async () => open(path, 'r+')) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const file = this.#open?.file
    this.#open = undefined
    if (file === undefined) return
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
  }
}
