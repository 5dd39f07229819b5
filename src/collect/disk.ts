import { open, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A file that only grows, but for being cut back after a failure. */
export interface SegmentFile {
  /** Appends all of it. What part of it is there after a failure is not known. */
  write(bytes: Uint8Array): Promise<void>
  /** Returns when everything written would outlast a power cut. */
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

/** What a journal asks of the disk; a test may hand in one that is slow or fails. */
export interface Disk {
  /** Makes a file that was not there, its owner's alone, and makes its name durable. */
  create(path: string): Promise<SegmentFile>
}

export const localDisk: Disk = {
  create: async (path) => {
    const file = await open(path, 'ax', 0o600)
    await syncFolder(dirname(path))
    return {
      write: async (bytes) => file.appendFile(bytes),
      sync: async () => file.datasync(),
      truncate: async (length) => {
        await file.truncate(length)
        await file.datasync()
      },
      close: async () => file.close(),
    }
  },
}

/** Cuts a file that nobody writes, durably. */
export async function cut(path: string, length: number): Promise<void> {
  await truncate(path, length)
  const file = await open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** A new name, or a name that is gone, outlasts a power cut only when its folder was synced. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
