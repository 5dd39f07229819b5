import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readFrom } from '../../src/collect/journal.ts'
import { START } from '../../src/collect/segments.ts'
import type { Message } from '../../src/core/event/message.ts'
import { Place, type Running } from '../cli/rollcall.ts'

export const WRITE_KEY = 'wk_test_1234567890'

/** A folder whose definition has one tracking source, `web`. */
export function trackingPlace(): Place {
  const place = new Place({
    'rollcall.yaml':
      'version: 1\ntracking: { sources: { web: { write_key: { env: WEB_WRITE_KEY } } } }\n',
  })
  place.env['WEB_WRITE_KEY'] = WRITE_KEY
  return place
}

/** Starts `rollcall serve` as a process of its own. @returns it with its address, once it listens */
export async function serveIn(place: Place, port = 0): Promise<Running & { readonly url: string }> {
  const running = place.start('serve', '--port', String(port), '--json')
  let text = ''
  const url = await new Promise<string>((resolve, reject) => {
    running.child.stdout?.on('data', (chunk) => {
      text += String(chunk)
      const found = /"url": "(?<url>[^"]+)"/.exec(text)?.groups?.['url']
      if (found !== undefined) resolve(found)
    })
    void running.ended.then(({ code, stderr }) =>
      reject(new Error(`It ended with ${code}: ${stderr}`)),
    )
  })
  return { ...running, url }
}

/** Every message on the disk, as it lies there. */
export async function messagesIn(place: Place): Promise<Message[]> {
  const messages: Message[] = []
  const folder = join(place.folder, '.rollcall', 'events')
  const onDamaged = (): void => assert.fail('a line is damaged')
  for await (const entries of readFrom(folder, START, { onDamaged }))
    messages.push(...entries.map(({ message }) => message))
  return messages
}

/** Waits until so many messages are on the disk. */
export async function untilThere(place: Place, count: number): Promise<Message[]> {
  for (let round = 0; round < 300; round += 1) {
    const messages = await messagesIn(place)
    if (messages.length >= count) return messages
    await delay(100)
  }
  throw new Error(`There are still only ${(await messagesIn(place)).length} of ${count} messages`)
}
