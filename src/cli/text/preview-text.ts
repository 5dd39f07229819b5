import type { EmailShares, FurtherKey, KeyCoverage } from '../../app/key-tally.ts'
import type { Preview } from '../../app/preview.ts'
import type { Notice } from '../../app/preview-notices.ts'
import { count, counted, people, rows } from '../../core/counted.ts'
import { branchesText } from './branches-text.ts'
import { eventsReadText } from './events-read-text.ts'
import { share } from './numbers.ts'
import { bold, careful, dim } from './paint.ts'
import { columns } from './table.ts'
import { visible } from './visible.ts'

/** A preview for people: how many, how well each key covers them, what would help. */
export function previewText(found: Preview): string {
  // Without those held out, those who were erased and those who have no key.
  const kept = found.findable + found.unusable + found.onlyExternId
  return [
    headText(found),
    sizeText(found, kept),
    // One condition alone comes to the members.
    ...(found.branches.flatMap(({ branches }) => branches).length > 1
      ? [branchesText(found.branches, found.audience)]
      : []),
    ...(found.eventsRead === null ? [] : [eventsReadText(found.eventsRead)]),
    ...(found.fullPass === null ? [] : [followsText(found.fullPass)]),
    ...(found.keys.length === 0 ? [] : [keysText(found.keys, kept)]),
    ...(found.emails === null ? [] : [emailsText(found.emails)]),
    ...(found.further.length === 0 ? [] : [furtherText(found.further)]),
    ...(found.samples.length === 0 ? [] : [samplesText(found.samples)]),
    ...(found.notices.length === 0 ? [] : [found.notices.map(noticeText).join('\n')]),
  ].join('\n\n')
}

/** Whether `sync --follow` can judge the people alone of whom something comes in. */
function followsText(reasons: Exclude<Preview['fullPass'], null>): string {
  if (reasons.length === 0)
    return dim('  Can follow its events within seconds: rollcall sync --follow')
  const lines = reasons.map(
    ({ audience, condition, why }) => `    ${visible(audience)}: ${visible(condition)}: ${why}`,
  )
  return [careful('  Needs a look at everybody, so it cannot follow its events:'), ...lines].join(
    '\n',
  )
}

function headText({ audience, name, sentence, sync, sample }: Preview): string {
  const by = sync === null ? 'no sync yet: mapping by the columns’ names' : `mapping of ${sync}`
  const title = name === audience ? bold(audience) : `${bold(audience)} ${visible(name)}`
  const part =
    sample === null
      ? ''
      : `\n${dim(`looked at ${count(sample.people)} of ${people(sample.of)}, chosen by hash; the counts of keys are reckoned up from them (--all looks at everybody)`)}`
  return `${title}  ${dim(sentence)}\n${dim(by)}${part}`
}

const line = (name: string, number: number, of: number, note = ''): string[] => [
  name,
  count(number),
  share(number, of),
  dim(note),
]

function sizeText(found: Preview, kept: number): string {
  const { size, consent, modelSize, model, suppressed, unusable, onlyExternId } = found
  const lost = unusable - suppressed.people
  return columns(
    [
      line('Members', size, modelSize, `of ${people(modelSize)} in ${model}`),
      ...(consent === null
        ? []
        : [line('After consent', consent.size, size, `agree to ${consent.purpose}`)]),
      ...(found.heldOut > 0
        ? [line('Held out', found.heldOut, consent?.size ?? size, 'never sent')]
        : []),
      ...(found.erased > 0
        ? [line('Erased', found.erased, consent?.size ?? size, 'still in the source, never sent')]
        : []),
      ...(suppressed.identifiers > 0
        ? [
            line(
              'Do not send',
              suppressed.people,
              kept,
              `${counted(suppressed.identifiers, 'identifier', 'identifiers')} kept back`,
            ),
          ]
        : []),
      ...(lost > 0 ? [line('No usable key', lost, kept, 'not sent')] : []),
      ...(onlyExternId > 0
        ? [
            line(
              'EXTERN_ID alone',
              onlyExternId,
              kept,
              'not sent beside other keys: Meta finds nobody new by it',
            ),
          ]
        : []),
      line('Findable', found.findable, kept, `in ${rows(found.findableRows)}`),
      ['Size at Meta', found.metaSize, '', dim('as it would show it')],
    ],
    [1, 2],
  )
}

function keysText(keys: readonly KeyCoverage[], kept: number): string {
  const lines = keys.map(({ key, columns: named, people: covered, usable }) => [
    bold(key),
    count(covered),
    share(covered, kept),
    count(usable),
    share(usable, covered),
    dim(named.join(', ')),
  ])
  const head = ['match key', 'have it', '', 'usable', '', 'columns'].map(dim)
  const rejected = keys.flatMap(({ key, rejected: reasons }) =>
    reasons.map(
      ({ values, reason, sentence, remedy }) =>
        `  ${careful('!')} ${key}: ${counted(values, 'value', 'values')} rejected, ${reason}. ${sentence}\n    ${dim(`→ ${remedy}`)}`,
    ),
  )
  return [columns([head, ...lines], [1, 2, 3, 4]), ...rejected].join('\n')
}

const KINDS = {
  personal: 'private',
  work: 'work',
  role: 'of a desk, such as info@',
  placeholder: 'placeholders, such as test@… or …@example.com',
  hashed: 'hashed already',
} as const satisfies Record<keyof EmailShares, string>

function emailsText(emails: EmailShares): string {
  const all = Object.values(emails).reduce((sum, number) => sum + number, 0)
  const shares = Object.entries(emails)
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => `${share(number, all)} ${wordsOf(kind)}`)
  return `  E-mail addresses: ${shares.length === 0 ? 'none' : shares.join(' · ')}`
}

const wordsOf = (kind: string): string =>
  Object.entries(KINDS).find(([name]) => name === kind)?.[1] ?? kind

function furtherText(further: readonly FurtherKey[]): string {
  const lines = further.map(({ key, columns: named, findable, gaining }) => [
    bold(key),
    `${count(findable)} more findable`,
    `${count(gaining)} with more to go by`,
    dim(named.join(', ')),
  ])
  return `${dim('  What mapping more would add')}\n${columns(lines)}`
}

const CELL_CHARACTERS_MAX = 24
const SAMPLE_COLUMNS_MAX = 8

function short(text: string): string {
  const shown = visible(text)
  return shown.length > CELL_CHARACTERS_MAX ? `${shown.slice(0, CELL_CHARACTERS_MAX - 1)}…` : shown
}

function samplesText(samples: Preview['samples']): string {
  const names = Object.keys(samples[0] ?? {}).slice(0, SAMPLE_COLUMNS_MAX)
  const lines = samples.map((sample) => names.map((name) => short(sample[name] ?? '')))
  return `${dim('  A few of them, masked')}\n${columns([names.map((name) => dim(short(name))), ...lines])}`
}

const noticeText = ({ message, remedy }: Notice): string =>
  `${careful('!')} ${message}\n  ${dim(`→ ${remedy}`)}`
