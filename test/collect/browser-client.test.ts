// @segment/analytics-next as it is published, in a real browser, on a page of another origin than `rollcall serve`.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { noBrowser, openBrowser } from './browser.ts'
import { messagesIn, serveIn, trackingPlace, untilThere, WRITE_KEY } from './serving.ts'

const CLIENT = new URL('../umd/', import.meta.resolve('@segment/analytics-next'))

const place = trackingPlace()
let serving: Awaited<ReturnType<typeof serveIn>>
let browser: Browser
let shop: string

const shopServer = createServer(({ url = '/' }, answer) => {
  const isScript = url.endsWith('.js')
  answer.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
  answer.end(isScript ? readFileSync(new URL(url.slice(1), CLIENT)) : PAGE)
})

const PAGE = `<!doctype html><title>Shop</title><script src="/index.js"></script>`

before(async () => {
  if (noBrowser !== false) return
  shopServer.listen(0, '127.0.0.1')
  await once(shopServer, 'listening')
  shop = `http://localhost:${(shopServer.address() as AddressInfo).port}`
  serving = await serveIn(place)
  browser = await openBrowser()
})
after(async () => {
  if (noBrowser !== false) return
  await browser.close()
  shopServer.close()
  serving.child.kill('SIGTERM')
  await serving.ended
})

interface Client {
  identify(id: string, traits: object): Promise<unknown>
  track(event: string, properties: object): Promise<unknown>
  page(name: string): Promise<unknown>
  group(id: string): Promise<unknown>
  alias(id: string): Promise<unknown>
}
interface ShopWindow {
  AnalyticsNext: { AnalyticsBrowser: { load(settings: object, options?: object): Client } }
  client: Client
}

/** Opens the shop with the client begun, which fetches its settings from the server too. */
async function openShop(options: object): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('console', (line) => {
    if (line.type() === 'error') problems.push(line.text())
  })
  page.on('request', (request) => {
    const { origin } = new URL(request.url())
    if (![shop, serving.url].includes(origin)) problems.push(`went to ${origin}`)
  })
  await page.goto(`${shop}/pricing`)
  await page.evaluate(
    ([writeKey, cdnURL, loadOptions]) => {
      const shopWindow = globalThis as unknown as ShopWindow
      const { AnalyticsBrowser } = shopWindow.AnalyticsNext
      shopWindow.client = AnalyticsBrowser.load({ writeKey, cdnURL }, loadOptions)
    },
    [WRITE_KEY, serving.url, options] as const,
  )
  return { page, problems }
}

test('what @segment/analytics-next sends from a page arrives', { skip: noBrowser }, async () => {
  const { page, problems } = await openShop({})
  await page.evaluate(async () => {
    const { client } = globalThis as unknown as ShopWindow
    await client.page('Pricing')
    await client.track('Order Completed', { revenue: 12 })
    await client.identify('b1', { email: 'ann@example.com' })
    await client.group('g1')
    await client.alias('b2')
  })
  const messages = await untilThere(place, 5)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    messages.map(({ kind }) => kind),
    ['page', 'track', 'identify', 'group', 'alias'],
  )
  const [viewed, ordered, identified] = messages
  assert.equal(viewed?.event, 'Page Viewed')
  assert.equal(viewed?.properties['path'], '/pricing')
  assert.equal(ordered?.userId, null)
  assert.deepEqual(ordered?.properties, { revenue: 12 })
  assert.equal(identified?.userId, 'b1')
  assert.equal(identified?.anonymousId, ordered?.anonymousId)
  assert.ok(messages.every(({ source }) => source === 'web'))
})

test('what a page has gathered arrives when it is left', { skip: noBrowser }, async () => {
  const known = (await messagesIn(place)).length
  const batching = {
    deliveryStrategy: { strategy: 'batching', config: { size: 100, timeout: 60_000 } },
  }
  const { page, problems } = await openShop({ integrations: { 'Segment.io': batching } })
  await page.evaluate(async () => {
    const { client } = globalThis as unknown as ShopWindow
    for (let item = 0; item < 20; item += 1) await client.track('Item Viewed', { item })
  })
  assert.equal((await messagesIn(place)).length, known, 'nothing was sent yet')
  await page.goto('about:blank')
  const messages = (await untilThere(place, known + 20)).slice(known)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    messages.map(({ properties }) => properties['item']),
    Array.from({ length: 20 }, (_, item) => item),
  )
})

test(
  'an unknown write key is told to the page before it sends anything',
  { skip: noBrowser },
  async () => {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('console', (line) => problems.push(line.text()))
    await page.goto(shop)
    const told = await page.evaluate(async (cdnURL) => {
      const { AnalyticsBrowser } = (globalThis as unknown as ShopWindow).AnalyticsNext
      const client = AnalyticsBrowser.load({ writeKey: 'wrong', cdnURL })
      return Promise.race([
        (client as unknown as Promise<unknown>).then(() => 'begun', String),
        new Promise((resolve) => setTimeout(() => resolve('still waiting'), 5000)),
      ])
    }, serving.url)
    assert.match(String(told), /No such source/, problems.join('\n'))
  },
)
