// Sends batches of a hundred events to a server for some seconds over some connections, and prints what came of it as JSON.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

const [url = '', writeKey = '', seconds = '10', connections = '16'] = process.argv.slice(2)
const BATCH = 100

const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
const headers = {
  'Content-Type': 'application/json',
  Authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
}

const run = randomUUID()
let made = 0

/** Events as a shop sends them, about half a kilobyte each, each with an id of its own. */
function body(): string {
  const sentAt = new Date().toISOString()
  const events: string[] = []
  for (let index = 0; index < BATCH; index += 1) {
    made += 1
    events.push(
      `{"type":"track","messageId":"${run}-${made}","userId":"user-${made % 100_000}","anonymousId":"${run}",` +
        `"event":"Product Viewed","properties":{"product_id":"sku-${made % 5000}","name":"A thing to be looked at","price":19.9,` +
        `"currency":"EUR","category":"Things","quantity":1,"url":"https://shop.example/things/${made % 5000}"},` +
        `"context":{"library":{"name":"analytics.js","version":"1.84.3"},"locale":"de-DE","page":{"path":"/things","title":"Things"}},` +
        `"timestamp":"${sentAt}","integrations":{}}`,
    )
  }
  return `{"batch":[${events.join(',')}],"sentAt":"${sentAt}"}`
}

async function post(text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(`${url}/v1/batch`, { agent, method: 'POST', headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    sending.once('error', reject)
    sending.end(text)
  })
}

const until = performance.now() + Number(seconds) * 1000
const times: number[] = []
let refused = 0

async function client(): Promise<void> {
  while (performance.now() < until) {
    const text = body()
    const began = performance.now()
    const status = await post(text)
    if (status === 200) times.push(performance.now() - began)
    else refused += 1
  }
}

const began = performance.now()
await Promise.all(Array.from({ length: Number(connections) }, client))
const took = (performance.now() - began) / 1000
agent.destroy()
times.sort((a, b) => a - b)
const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN
process.stdout.write(
  `${JSON.stringify({
    events: times.length * BATCH,
    seconds: took,
    eventsPerSecond: (times.length * BATCH) / took,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    refused,
  })}\n`,
)
