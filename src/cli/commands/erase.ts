import type { Command } from 'commander'
import { erase, erasureById, workOffErasures } from '../../app/erase/erase.ts'
import { findPersonHere, type FoundPerson } from '../../app/erase/find-person.ts'
import { namePerson, type NamedPerson } from '../../app/name-person.ts'
import { listContext } from '../../app/do-not-send.ts'
import type { Workspace } from '../../app/workspace.ts'
import { counted } from '../../core/counted.ts'
import { RollcallError } from '../../core/error.ts'
import type { ErasureRecord } from '../../store/erasures.ts'
import { type Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { SUMMARIES } from '../summaries.ts'
import { erasureExit, erasureText, erasuresText, erasureView } from '../text/erasure-text.ts'
import { usageError } from '../usage-error.ts'

interface Options {
  readonly approve?: boolean
  readonly all?: boolean
  readonly list?: boolean
  readonly show?: string
}

export function eraseCommand(cli: Cli): Command {
  return newCommand('erase', SUMMARIES.erase, {
    examples: [
      ['rollcall erase email=ada@example.com', 'whoever has this address; asks before it begins'],
      ['rollcall erase EXTERN_ID=c1042 phone=+12025551042', 'one person, by all that you know'],
      ['rollcall erase --list', 'all erasures, with what is left to do'],
      ['rollcall erase --show ID', 'the record of one: what was done where'],
    ],
    exits: {
      1: 'begun; another run, or any sync, does what is left',
      2: 'the command line or the definition is wrong',
      3: 'not approved, or a person must act before all is done',
    },
  })
    .argument('[person...]', 'identifiers of one person, as name=value')
    .option('--approve', 'do not ask')
    .option('--all', 'erase everybody who has one of the identifiers, also where they are several')
    .option('--list', 'show all erasures')
    .option('--show <id>', 'show the record of one erasure')
    .action(async (words: string[], options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      await using workspace = await cli.openWorkspace(file)
      if (options.list === true) {
        const erasures = (await workspace.store.erasures()).map(erasureView)
        cli.out({ erasures }, json, (shown) => erasuresText(shown.erasures))
        return
      }
      const record =
        options.show === undefined
          ? await eraseNamed(cli, workspace, words, options)
          : await erasureById(workspace, options.show)
      if (options.show === undefined) cli.exitWith(erasureExit(record))
      cli.out({ erasure: erasureView(record) }, json, (shown) => erasureText(shown.erasure))
    })
}

async function eraseNamed(
  cli: Cli,
  workspace: Workspace,
  words: readonly string[],
  options: Options,
): Promise<ErasureRecord> {
  if (words.length === 0)
    throw usageError('Whom to erase is not said', 'Write name=value, such as email=ada@example.com')
  const context = listContext(workspace.definition, cli.surroundings.world.now())
  const named = namePerson(words, context)
  const found = await findPersonHere(workspace, named)
  if (found.people > 1 && options.all !== true) throw severalPeople(found)
  const sentence = intention(workspace, named, found)
  cli.note(sentence)
  if (found.people === 0)
    cli.note(
      'Nobody is known here by that: see that it is written rightly. It is kept from coming all the same',
    )
  if (options.approve !== true && !(await cli.confirm('This cannot be undone. Go on?')))
    throw new RollcallError(`Not approved: ${sentence}`, {
      code: 'erase/not-approved',
      next: 'act',
      remedy: 'Run it on a terminal and say yes, or with --approve',
    })
  const progress = cli.progress('erase')
  try {
    // What an earlier one left to do is as urgent, and begun before.
    await workOffErasures(workspace, progress.tell)
    return await erase(workspace, named, found, progress.tell)
  } finally {
    progress.stop()
  }
}

/** How much is concerned. No value of the person is in it. */
function intention(
  { definition }: Workspace,
  { by }: NamedPerson,
  { needs, audiences, people, shared }: FoundPerson,
): string {
  const accounts = new Set(Object.values(definition.destinations).map(({ adAccount }) => adAccount))
  const syncs = [...new Set(audiences.map(({ sync }) => sync))].join(', ')
  const parts = [
    `Erasing ${people > 1 ? `${counted(people, 'person', 'people')} who have` : 'whoever has'} this ${by.join(', ')}`,
    `${counted(needs.people.length, 'profile', 'profiles')} here`,
    `${counted(audiences.length, 'Custom Audience', 'Custom Audiences')}${syncs === '' ? '' : ` (${syncs})`}`,
    `all lists of ${counted(accounts.size, 'ad account', 'ad accounts')}`,
    ...(shared > 0
      ? [
          `${counted(shared, 'identifier is', 'identifiers are')} others' too: they keep ${shared === 1 ? 'it' : 'them'} and are added again`,
        ]
      : []),
  ]
  return `${parts.join('; ')}. Rows in your own sources stay there, and are not sent any more`
}

const severalPeople = ({ people }: FoundPerson): RollcallError =>
  new RollcallError(`These identifiers lead to ${people} people, and not to one`, {
    code: 'erase/several-people',
    next: 'act',
    remedy:
      'Name the person by what is theirs alone, such as user_id or EXTERN_ID; or erase all of them with --all',
  })
