// What it costs to judge a few people again, beside everybody: an audience that follows its events does it every few seconds.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Bed, child } from './bed.ts'
import { figure, median, type Figure } from './figure.ts'
import { plantPeople } from './plant-people.ts'

const EVENTS = Number(process.env['ROLLCALL_BENCH_FOLLOWED'] ?? 10_000_000)
const EVENTS_EACH = 20
const JUDGED = 100
const ROUNDS = 3

const passed = z.object({ end: z.string(), seconds: z.number(), memoryMb: z.number() })

/** The hardest that may be asked: all of the past, and a property of each event. */
const WHERE = '{ did: Order Completed, sum: { property: revenue, gte: 200 } }'

function writeDefinition({ folder, url }: Bed): string {
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(
    file,
    [
      'version: 1',
      `audiences: { buyers: { model: profiles, where: ${WHERE} } }`,
      `destinations: { meta: { type: meta, ad_account: act_1000000001, api_url: "${url}" } }`,
      'syncs: { all: { audience: buyers, destination: meta, mapping: { EXTERN_ID: person } } }',
      '',
    ].join('\n'),
  )
  return file
}

export async function follow(): Promise<Figure[]> {
  await using bed = await Bed.open()
  const people = EVENTS / EVENTS_EACH
  await plantPeople(bed.local, join(bed.folder, '.rollcall'), { people, events: EVENTS })
  const file = writeDefinition(bed)
  bed.run(file)
  const full: number[] = []
  const quick: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    full.push(bed.run(file).seconds)
    const pass = passed.parse(child('quick-once.ts', [file, String(JUDGED)]))
    if (pass.end !== 'in-step') throw new Error(`The quick pass ended as ${pass.end}`)
    quick.push(pass.seconds)
  }
  return [
    figure(
      'follow',
      `seconds to judge ${JUDGED} people again over ${EVENTS} events of ${people}, against everybody`,
      median(quick),
      median(full),
      { atMost: 0.5 },
      { judged: JUDGED },
    ),
  ]
}
