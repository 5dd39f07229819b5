// What plain appends to the engine reach: the same events into a DuckDB file, a durable transaction for each hundred.
import { DuckDBInstance } from '@duckdb/node-api'

const [file = '', seconds = '5'] = process.argv.slice(2)
const BATCH = 100

const instance = await DuckDBInstance.create(file)
const connection = await instance.connect()
await connection.run(
  'create table events (id varchar, kind varchar, source varchar, user_id varchar, event varchar, properties varchar, context varchar, happened bigint)',
)
const appender = await connection.createAppender('events')
const until = performance.now() + Number(seconds) * 1000
const began = performance.now()
let events = 0
while (performance.now() < until) {
  for (let index = 0; index < BATCH; index += 1) {
    events += 1
    appender.appendVarchar(`plain-${events}`)
    appender.appendVarchar('track')
    appender.appendVarchar('web')
    appender.appendVarchar(`user-${events % 100_000}`)
    appender.appendVarchar('Product Viewed')
    appender.appendVarchar(
      `{"product_id":"sku-${events % 5000}","name":"A thing to be looked at","price":19.9,"currency":"EUR","category":"Things","quantity":1,"url":"https://shop.example/things/${events % 5000}"}`,
    )
    appender.appendVarchar(
      '{"library":{"name":"analytics.js","version":"1.84.3"},"locale":"de-DE","page":{"path":"/things","title":"Things"}}',
    )
    appender.appendBigInt(BigInt(Date.now()))
    appender.endRow()
  }
  appender.flushSync()
}
const eventsPerSecond = events / ((performance.now() - began) / 1000)
appender.closeSync()
connection.closeSync()
instance.closeSync()
process.stdout.write(`${JSON.stringify({ eventsPerSecond })}\n`)
