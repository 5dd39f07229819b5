/** Purchases as a shop tells of them while they happen: calls of the tracking API that Segment's clients speak. */
import { ServerProcess } from './server-process.ts'

/** Any text will do: it tells who sends, and only this machine can reach the address. */
const WRITE_KEY = 'a-write-key-of-the-demo'
const EVENTS_PER_CALL = 500

/** One line of the log as an event. */
function eventOf(line: string, number: number): Readonly<Record<string, unknown>> {
  const [customer, day, cds, dollars] = line.split(',')
  return {
    type: 'track',
    event: 'Order Completed',
    messageId: `order-${number}`,
    userId: customer,
    timestamp: `${day}T00:00:00Z`,
    properties: { revenue: Number(dollars), quantity: Number(cds) },
  }
}

/** Tells `rollcall serve` of purchases, each acknowledged when this returns. @param lines of the log */
export async function track(file: string, lines: readonly string[]): Promise<void> {
  await using server = await ServerProcess.start(['serve', '--file', file], {
    SHOP_WRITE_KEY: WRITE_KEY,
  })
  const events = lines.map(eventOf)
  for (let first = 0; first < events.length; first += EVENTS_PER_CALL) {
    const answer = await fetch(`${server.url}/v1/batch`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ batch: events.slice(first, first + EVENTS_PER_CALL) }),
    })
    if (!answer.ok) throw new Error(`The tracking API answered ${answer.status}`)
  }
}
