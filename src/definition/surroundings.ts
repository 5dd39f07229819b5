import type { Path, Report } from '../core/audience/mistake.ts'
import { walkCondition } from '../core/audience/walk-condition.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { readKeyList } from './key-list.ts'
import { SECTIONS } from './schema.ts'
import { misspellings } from './schema-mistake.ts'
import {
  readSecretReference,
  secretFault,
  type SecretReference,
  type SecretWorld,
} from './secret-reference.ts'
import { modelOf } from './people-model.ts'
import type { WrittenFile } from './written-file.ts'

/** What was found around the file: the keys of its lists, by audience and path; and what is missing but not needed now. */
export interface Surroundings {
  readonly lists: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>
  readonly unneeded: readonly { readonly path: Path; readonly message: string }[]
}

function keyColumn({ raw }: WrittenFile, audience: string): string {
  const written = raw.audiences[audience]
  if (!isWritten(written)) return ''
  const model = modelOf(raw.models, written['model'])
  const key = isWritten(model) ? model['key'] : written['key']
  return typeof key === 'string' ? key : ''
}

function readLists(
  file: WrittenFile,
  { readFile }: SecretWorld,
  report: Report,
): Surroundings['lists'] {
  const lists = new Map<string, Record<string, readonly string[]>>()
  for (const [audience, where] of file.conditions) {
    for (const { condition, path } of walkCondition(where, ['audiences', audience, 'where'])) {
      if (condition.kind !== 'list') continue
      const text = readFile(condition.path)
      if (text === undefined) reportNoFile(condition.path, [...path, 'list'], report)
      const keys = readKeyList(text ?? '', keyColumn(file, audience))
      lists.set(audience, { ...lists.get(audience), [condition.path]: keys })
    }
  }
  return lists
}

function reportNoFile(name: string, path: Path, report: Report): void {
  report({
    path,
    atKey: false,
    message: `Cannot read the file "${name}"`,
    expected: 'a file that can be read, its path relative to the definition',
    remedy: 'Correct the path, or put the file there',
  })
}

/** Live destinations need their account and secrets now; the sandbox has its own. */
function checkDestinations(
  file: WrittenFile,
  world: SecretWorld,
  report: Report,
): Surroundings['unneeded'] {
  const unneeded: { path: Path; message: string }[] = []
  for (const [key, destination] of Object.entries(file.raw.destinations)) {
    if (!isWritten(destination)) continue
    const path = ['destinations', key]
    const live = destination['environment'] === 'live'
    if (live) refuseMissing(key, destination, report)
    for (const name of ['access_token', 'app_secret']) {
      const reference = readSecretReference(destination[name])
      const fault = reference && secretFault(reference, world)
      if (fault === undefined) continue
      if (live) reportFault(fault, reference, [...path, name], report)
      else unneeded.push({ path: [...path, name], message: `${fault}; the sandbox uses its own` })
    }
  }
  return unneeded
}

const NEEDED_LIVE = {
  ad_account: 'Add "ad_account: act_…"',
  access_token: 'Add "access_token: { env: META_ACCESS_TOKEN }"',
} as const

function refuseMissing(key: string, destination: Written, report: Report): void {
  const misspelt = misspellings(destination, Object.keys(SECTIONS.destinations.shape))
  for (const [name, remedy] of Object.entries(NEEDED_LIVE)) {
    if (destination[name] !== undefined || misspelt.has(name)) continue
    const message = `The live destination "${key}" has no "${name}"`
    const expected = `"${name}" beside "environment: live"`
    report({ path: ['destinations', key], atKey: false, message, expected, remedy })
  }
}

function reportFault(
  message: string,
  reference: SecretReference | undefined,
  path: Path,
  report: Report,
): void {
  const env = reference?.kind === 'env'
  report({
    path,
    atKey: false,
    message,
    expected: env
      ? 'an environment variable that holds the secret'
      : 'a file that holds the secret',
    remedy: env
      ? `Set ${reference.env} where rollcall runs`
      : 'Write the secret into that file, readable by you alone',
  })
}

/** Looks at what the file names outside of itself: secrets, lists, files with identifiers that are never sent. */
export function checkSurroundings(
  file: WrittenFile,
  world: SecretWorld,
  report: Report,
): Surroundings {
  const lists = readLists(file, world, report)
  for (const [index, path] of file.singles.doNotSend.entries()) {
    if (world.readFile(path) === undefined) reportNoFile(path, ['do_not_send', index], report)
  }
  return { lists, unneeded: checkDestinations(file, world, report) }
}
