import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TextStream } from './text-stream.ts'

/** Writes lines as fast as their reader takes them. A reader that wants no more, such as `head`, ends it in peace. */
export async function writeLines(
  stdout: TextStream,
  chunks: AsyncIterable<readonly string[]>,
): Promise<void> {
  if (!(stdout instanceof Writable)) {
    for await (const text of texts(chunks)) stdout.write(text)
    return
  }
  try {
    await pipeline(Readable.from(texts(chunks)), stdout, { end: false })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error
  }
}

async function* texts(chunks: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of chunks) if (lines.length > 0) yield `${lines.join('\n')}\n`
}
