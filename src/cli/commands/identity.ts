import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { keptMerges, type KeptMerge } from '../../app/kept-merges.ts'
import { peopleTombstones, withKeptStore } from '../../app/kept-people.ts'
import { tryIdentity, type TriedMessage } from '../../app/try-identity.ts'
import { readDefinition } from '../../app/workspace.ts'
import { RollcallError } from '../../core/error.ts'
import type { Json } from '../../core/event/message.ts'
import type { Demotion } from '../../core/identity/decide.ts'
import { IGNORED_REASONS, type Ignored } from '../../core/identity/read-identifiers.ts'
import { REJECT_REASONS } from '../../core/match-key/reject-reason.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand, newGroup } from '../command.ts'
import { InvalidDefinition } from '../invalid-definition.ts'
import { SUMMARIES } from '../summaries.ts'
import { bold, careful, dim, good } from '../text/paint.ts'
import { columns } from '../text/table.ts'

export function identityCommand(cli: Cli): Command {
  return newGroup('identity', SUMMARIES.identity)
    .addCommand(tryCommand(cli))
    .addCommand(mergesCommand(cli))
}

function tryCommand(cli: Cli): Command {
  return newCommand('try', 'Show what the rules make of messages; keeps nothing', {
    examples: [
      [
        'rollcall identity try message.json',
        'one message, or a list of them, beginning with nobody',
      ],
      ['rollcall identity try message.json --present', 'beginning with the people there are'],
    ],
    exits: { 2: 'the definition is wrong', 3: 'the file cannot be read' },
  })
    .argument('<path>', 'JSON: a message as a tracking client sends it, or a list of them')
    .option('--present', 'begin with the people that are kept, and not with nobody')
    .action(async (path: string, options: { readonly present?: boolean }, command: Command) => {
      const { file, json } = commonOptions(command)
      const calls = readCalls(path)
      const now = cli.surroundings.world.now()
      const tried = await (options.present === true
        ? presentTry(cli, file, calls, now)
        : emptyTry(cli, file, calls, now))
      cli.out({ messages: tried }, json, ({ messages }) => triedText(messages))
    })
}

async function presentTry(
  cli: Cli,
  file: string,
  calls: Json,
  now: number,
): Promise<readonly TriedMessage[]> {
  await using workspace = await cli.openWorkspace(file)
  return await withKeptStore(workspace, async (store) =>
    tryIdentity(
      workspace.definition.identity,
      calls,
      store && { store, tombstoneOf: peopleTombstones(workspace) },
      now,
    ),
  )
}

async function emptyTry(
  cli: Cli,
  file: string,
  calls: Json,
  now: number,
): Promise<readonly TriedMessage[]> {
  const loaded = readDefinition(file, cli.surroundings.env)
  if (loaded.kind === 'invalid') throw new InvalidDefinition(file, loaded.mistakes)
  return tryIdentity(loaded.definition.identity, calls, null, now)
}

function readCalls(path: string): Json {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is JSON
    return JSON.parse(readFileSync(path, 'utf8')) as Json
  } catch (error) {
    throw new RollcallError(`Cannot read "${path}" as JSON`, {
      code: 'identity/unreadable',
      next: 'act',
      remedy: 'Name a JSON file with one message, or a list of them in brackets',
      cause: error,
    })
  }
}

function triedText(messages: readonly TriedMessage[]): string {
  const names = new Map<string, string>()
  const nameOf = (person: string): string => {
    const name = names.get(person) ?? `person ${names.size + 1}`
    names.set(person, name)
    return `${name} ${dim(person)}`
  }
  return messages
    .map(({ message, resolution }, place) => {
      const { person, isNew, merged } = resolution
      const who = person === null ? careful('nobody') : `${isNew ? 'a new ' : ''}${nameOf(person)}`
      const parts = merged.map((other) => `\n  ${nameOf(other)} becomes part of it`)
      const what = message.event ?? ''
      return `${bold(`${place + 1} ${message.kind}`)} ${what} → ${who}${parts.join('')}\n${identifiersText(resolution)}`
    })
    .join('\n')
}

function identifiersText({
  accepted,
  demoted,
  ignored,
  shared,
}: TriedMessage['resolution']): string {
  return columns(
    [
      ...accepted.map(({ kind, value }) => [good('✓'), kind, value, '']),
      ...demoted.map((demotion) => [
        careful('–'),
        demotion.kind,
        demotion.value,
        demotionText(demotion),
      ]),
      ...ignored.map((one) => [dim('·'), one.kind, one.value, dim(ignoredText(one))]),
      ...shared.map(({ kind, value }) => [careful('■'), kind, value, IGNORED_REASONS.shared]),
    ],
    [],
  )
}

function demotionText({ reason, limited, by }: Demotion): string {
  const sayer = `${by.kind} ${by.value}`
  switch (reason) {
    case 'limit':
      return `demoted: with ${sayer} there would be too many of ${limited}`
    case 'too-many-merges':
      return 'demoted: the person would be made of more than 100'
    case 'too-many-identifiers':
      return 'demoted: the person would have more than 1,000 identifiers'
  }
}

type OwnReason = keyof typeof IGNORED_REASONS

const isOwn = (reason: Ignored['reason']): reason is OwnReason =>
  Object.hasOwn(IGNORED_REASONS, reason)

const ignoredText = ({ reason }: Ignored): string =>
  `ignored: ${isOwn(reason) ? IGNORED_REASONS[reason] : REJECT_REASONS[reason].sentence}`

function mergesCommand(cli: Cli): Command {
  return newCommand('merges', 'Show who became part of whom, the newest first', {
    examples: [
      ['rollcall identity merges', 'the last hundred'],
      ['rollcall identity merges --person ID', 'of one person, whole'],
    ],
    exits: { 2: 'the definition is wrong' },
  })
    .option('--person <id>', 'of this person alone, as it was or as it is now')
    .action(async (options: { readonly person?: string }, command: Command) => {
      const { file, json } = commonOptions(command)
      await using workspace = await cli.openWorkspace(file)
      const merges = await keptMerges(workspace, options.person ?? null)
      cli.out({ merges }, json, (result) => mergesText(result.merges))
    })
}

function mergesText(merges: readonly KeptMerge[]): string {
  if (merges.length === 0) return 'Nobody became part of another'
  return columns(
    [
      ['when', 'who', 'became part of', 'by'].map(dim),
      ...merges.map(({ at, person, into, by }) => [new Date(at).toISOString(), person, into, by]),
    ],
    [],
    '',
  )
}
