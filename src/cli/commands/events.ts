import type { Command } from 'commander'
import { events, masked, rejectedEvents, type MaskedMessage } from '../../app/events.ts'
import type { Rejection } from '../../collect/rejections.ts'
import type { Message } from '../../core/event/message.ts'
import { REJECTIONS } from '../../core/event/rejection.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { readWhole } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { moment } from '../text/numbers.ts'
import { bad, bold, dim } from '../text/paint.ts'
import { visibleJson, visibleText } from '../text/visible.ts'
import { writeLines } from '../write-lines.ts'

interface Options {
  readonly follow?: boolean
  readonly rejected?: boolean
  readonly reveal?: boolean
  readonly limit: string
}

export function eventsCommand(cli: Cli): Command {
  return newCommand('events', SUMMARIES.events, {
    examples: [
      ['rollcall events', 'the last events that came in, ids masked and values left out'],
      ['rollcall events --follow', 'and those that come in, until Ctrl-C'],
      ['rollcall events --rejected', 'what was not taken, and why'],
      ['rollcall events --reveal --json', 'all that was sent, with people’s data'],
    ],
    exits: { 2: 'the command line or the definition is wrong' },
  })
    .option('--follow', 'go on with what comes in; with --json a line each')
    .option('--rejected', 'what was not taken instead')
    .option('--reveal', 'show people’s ids and values')
    .option('--limit <count>', 'how many of the last ones', '20')
    .action(async (options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      const limit = readWhole(options.limit, '--limit', 1, 100_000)
      const reveal = options.reveal ?? false
      await using workspace = await cli.openWorkspace(file)
      const { stop: until, world } = cli.surroundings
      const sleep = world.sleep.bind(world)
      const follow = options.follow === true ? { until, sleep } : undefined
      const shown =
        options.rejected === true
          ? rejectionsShown(rejectedEvents(workspace, { limit, follow }), reveal)
          : messagesShown(events(workspace, { limit, follow }), reveal)
      if (follow !== undefined || !json) await writeLines(cli.stdout, linesOf(shown, json))
      else cli.out({ events: await valuesIn(shown) }, json, String)
    })
}

/** One thing that came in: for machines, and as a line for people. */
interface Shown {
  readonly value: object
  readonly text: string
}

async function valuesIn(chunks: AsyncIterable<readonly Shown[]>): Promise<object[]> {
  const values: object[] = []
  for await (const chunk of chunks) values.push(...chunk.map(({ value }) => value))
  return values
}

async function* linesOf(
  chunks: AsyncIterable<readonly Shown[]>,
  json: boolean,
): AsyncGenerator<readonly string[]> {
  for await (const chunk of chunks)
    yield chunk.map(({ value, text }) =>
      json ? visibleJson(JSON.stringify(value)) : visibleText(text),
    )
}

const iso = (ms: number): string => new Date(ms).toISOString()

async function* messagesShown(
  chunks: AsyncIterable<readonly Message[]>,
  reveal: boolean,
): AsyncGenerator<readonly Shown[]> {
  for await (const messages of chunks)
    yield messages.map((message) => {
      const shown = reveal ? message : masked(message)
      const { timestamp, receivedAt } = message
      return {
        value: { ...shown, timestamp: iso(timestamp), receivedAt: iso(receivedAt) },
        text: reveal ? `${headOf(shown)} ${valuesOf(message)}` : messageText(masked(message)),
      }
    })
}

const headOf = ({
  receivedAt,
  source,
  kind,
  event,
  userId,
  anonymousId,
}: Message | MaskedMessage): string =>
  [moment(receivedAt), source, kind, bold(event ?? ''), userId ?? dim(anonymousId ?? '')]
    .filter((part) => part !== '')
    .join('  ')

const valuesOf = ({ properties, traits }: Message): string =>
  JSON.stringify({ ...traits, ...properties })

const messageText = (message: MaskedMessage): string =>
  `${headOf(message)}  ${dim([...message.traits, ...message.properties].join(', '))}`.trimEnd()

async function* rejectionsShown(
  chunks: AsyncIterable<readonly Rejection[]>,
  reveal: boolean,
): AsyncGenerator<readonly Shown[]> {
  for await (const rejections of chunks)
    yield rejections.map((rejection) => {
      const { what, remedy } = REJECTIONS[rejection.reason]
      const { body, at, ...others } = rejection
      return {
        value: { at: iso(at), ...others, what, remedy, ...(reveal ? { body } : {}) },
        text: rejectionText(rejection, reveal),
      }
    })
}

function rejectionText(
  { at, source, call, reason, field, body }: Rejection,
  reveal: boolean,
): string {
  const { what, remedy } = REJECTIONS[reason]
  const about = field === null ? '' : ` (${field})`
  return [
    `${moment(at)}  ${source ?? '?'}  ${call}  ${bad(`${what}${about}`)} ${dim(`[${reason}]`)}`,
    `  → ${remedy}`,
    ...(reveal && body !== null ? [`  ${body}`] : []),
  ].join('\n')
}
