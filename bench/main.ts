// npm run bench [-- NAME…]: one JSON line for each figure of the design, measured side by side in one run.
import { bodies, bodiesEmail } from './bodies.ts'
import type { Figure } from './figure.ts'
import { events } from './events.ts'
import { firstRun } from './first-run.ts'
import { follow } from './follow.ts'
import { ingest } from './ingest.ts'
import { churn, unchanged } from './scale.ts'
import { identity, importRows } from './identity.ts'
import { start } from './start.ts'

const BENCHES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  bodies,
  'bodies-email': bodiesEmail,
  start,
  ingest,
  unchanged,
  churn,
  'first-run': firstRun,
  identity,
  import: importRows,
  events,
  follow,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => BENCHES[name] === undefined)
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`,
  )
  process.exit(2)
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  for (const figure of await bench()) process.stdout.write(`${JSON.stringify(figure)}\n`)
}
