import { counted } from '../../core/counted.ts'
import type { ErasurePlace, ErasureProblem, ErasureRecord } from '../../store/erasures.ts'
import { EXIT, type ExitCode } from '../cli.ts'
import { bad, bold, dim, good } from './paint.ts'
import { columns } from './table.ts'

/** The record of an erasure, as `--json` prints it. The names are promised to scripts. */
export interface ErasureView extends Omit<ErasureRecord, 'askedAt' | 'finishedAt' | 'places'> {
  readonly state: 'done' | 'pending'
  readonly askedAt: string
  readonly finishedAt: string | null
  readonly places: readonly (Omit<ErasurePlace, 'at'> & { readonly at: string })[]
}

export function erasureView(record: ErasureRecord): ErasureView {
  const { id, askedAt, finishedAt, by, here, places, tombstones, problem } = record
  return {
    id,
    state: finishedAt === null ? 'pending' : 'done',
    askedAt: iso(askedAt),
    finishedAt: finishedAt === null ? null : iso(finishedAt),
    by,
    here,
    places: places.map((place) => ({ ...place, at: iso(place.at) })),
    tombstones,
    problem,
  }
}

const iso = (time: number): string => new Date(time).toISOString()

/** 3 where somebody has to act before all can be done, 1 where another run does the rest. */
export function erasureExit({ finishedAt, places, problem }: ErasureRecord): ExitCode {
  if (finishedAt !== null) return EXIT.done
  const problems = [problem, ...places.map((place) => place.problem)]
  return problems.some((one) => one?.next === 'act') ? EXIT.act : EXIT.failed
}

/** Whether nothing is left to do but what time does. */
export const onlyWaits = ({ places, problem }: ErasureRecord): boolean =>
  places.every(({ state }) => state !== 'pending') && problem?.next === 'wait'

export function erasureText(view: ErasureView): string {
  const { id, state, askedAt, finishedAt, by, here, places, tombstones, problem } = view
  const head =
    state === 'done'
      ? `${good('✓')} ${bold(id)} erased: asked ${askedAt}, done ${finishedAt}`
      : `${bad('■')} ${bold(id)} not done yet: asked ${askedAt}`
  const told = columns(
    [
      ['named by', by.join(', ')],
      [
        'people here',
        `${counted(here.profiles, 'profile', 'profiles')}, ${counted(here.identifiers, 'identifier', 'identifiers')}, ${counted(here.events, 'event', 'events')}`,
      ],
      ['events taken in', `${here.journal} in the journal, ${here.rejected} rejected`],
      [
        'files here',
        `${counted(here.ledgers, 'ledger', 'ledgers')} and ${counted(here.plans, 'plan', 'plans')} written anew, ${here.files} deleted`,
      ],
      ['kept for ever', counted(tombstones, 'tombstone', 'tombstones')],
      ...places.map((place) => [placeName(place), placeText(place)]),
    ],
    [],
  )
  return [head, told, ...(problem === null ? [] : [`  ${problemText(problem)}`])].join('\n')
}

const placeName = ({ kind, of, id }: Pick<ErasurePlace, 'kind' | 'of' | 'id'>): string =>
  kind === 'audience' ? `${of} → Custom Audience ${id}` : `${of} ${id}, all lists`

function placeText({ kind, state, rows, removed, problem }: Omit<ErasurePlace, 'at'>): string {
  switch (state) {
    case 'pending':
      return problem === null ? bad('not done yet') : problemText(problem)
    case 'gone':
      return 'deleted at Meta, with everybody in it'
    case 'forgotten':
      return 'its sync was retired meanwhile'
    case 'done':
      if (kind === 'account' && rows === 0)
        return 'nothing is known by which they could be removed there and nobody else'
      if (kind === 'account')
        return `${counted(rows, 'identifier', 'identifiers')} removed; accepted`
      return rows === 0 ? 'was not in it' : `${counted(removed, 'row', 'rows')} removed; accepted`
  }
}

const problemText = ({ code, remedy }: ErasureProblem): string => `${bad(code)}: ${remedy}`

export function erasuresText(views: readonly ErasureView[]): string {
  if (views.length === 0) return 'Nobody was erased'
  return columns(
    [
      ['id', 'asked', 'done', 'named by'].map(dim),
      ...views.map(({ id, askedAt, finishedAt, by }) => [
        id,
        askedAt,
        finishedAt ?? bad('not yet'),
        by.join(', '),
      ]),
    ],
    [],
    '',
  )
}
