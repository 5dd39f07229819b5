// Sends so many events with @segment/analytics-node, which sends again what was not acknowledged; prints each acknowledged id.
import { Analytics } from '@segment/analytics-node'

const [url = '', writeKey = '', name = '', count = '0'] = process.argv.slice(2)
const AT_ONCE = 500

const client = new Analytics({
  writeKey,
  host: url,
  flushAt: 50,
  flushInterval: 50,
  maxRetries: 60,
})

/** The callback comes when the event was acknowledged, or with an error when the client has given up. */
async function sent(index: number): Promise<string> {
  return new Promise((resolve, reject) => {
    client.track(
      { userId: `${name}-${index % 100}`, event: 'Counted', properties: { name, index } },
      (error, context) => {
        const id = context?.event.messageId
        if (error === undefined && id !== undefined) resolve(id)
        else reject(new Error(`It was given up: ${String(error)}`))
      },
    )
  })
}

for (let from = 0; from < Number(count); from += AT_ONCE) {
  const length = Math.min(AT_ONCE, Number(count) - from)
  const ids = await Promise.all(Array.from({ length }, async (_, index) => sent(from + index)))
  process.stdout.write(`${ids.join('\n')}\n`)
}
await client.closeAndFlush()
