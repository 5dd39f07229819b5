import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { RejectionReason } from '../core/event/rejection.ts'

export type ReadBody =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'rejected'
      readonly reason: RejectionReason
      readonly beginning: string | null
    }
  /** The client went away in the middle of it. */
  | { readonly kind: 'gone' }

const unzip = promisify(gunzip)
const UTF8 = new TextDecoder('utf-8', { fatal: true })
const TOO_LARGE = { kind: 'rejected', reason: 'body-too-large', beginning: null } as const

/** Reads a body of so many bytes at the most, as they come and unzipped. */
export async function readBody(request: Request, bytesMax: number): Promise<ReadBody> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return TOO_LARGE
  const received = await receive(request, bytesMax)
  if (received === 'gone') return { kind: 'gone' }
  if (received === 'too-large') return TOO_LARGE
  const bytes = await decoded(received, request.headers.get('content-encoding'), bytesMax)
  if (bytes === 'too-large') return TOO_LARGE
  try {
    return { kind: 'text', text: UTF8.decode(bytes) }
  } catch {
    return { kind: 'rejected', reason: 'body-unreadable', beginning: bytes.toString('utf8') }
  }
}

async function receive(request: Request, bytesMax: number): Promise<Buffer | 'too-large' | 'gone'> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length
      if (bytes > bytesMax) return 'too-large'
      chunks.push(chunk)
    }
  } catch {
    return 'gone'
  }
  return Buffer.concat(chunks)
}

/** A few kilobytes can unzip to gigabytes, so that unzipping ends at the limit too. What is no gzip is taken as it is. */
async function decoded(
  bytes: Buffer,
  encoding: string | null,
  bytesMax: number,
): Promise<Buffer | 'too-large'> {
  if (encoding?.trim().toLowerCase() !== 'gzip') return bytes
  try {
    return await unzip(bytes, { maxOutputLength: bytesMax })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : bytes
  }
}
