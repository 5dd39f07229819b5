import type { FinishedRun } from '../../app/run.ts'
import { durationText } from '../../core/audience/duration.ts'
import { people, rows } from '../../core/counted.ts'
import type { SyncDefinition } from '../../definition/definition.ts'
import type { FullPassReason } from '../../definition/full-pass-reasons.ts'
import { moment } from './numbers.ts'
import { bad, bold, careful, dim, good } from './paint.ts'
import { runView, type FailureView, type RunView } from './sync-view.ts'
import { visible } from './visible.ts'

/** A run while syncs are followed, as `--json` prints it on one line. */
export interface PassView extends RunView {
  /** When it ended, ISO 8601. */
  readonly at: string
  /** How many people were judged; null: everybody. */
  readonly judged: number | null
}

export interface FailedPassView extends FailureView {
  readonly at: string
}

export const passView = (
  run: FinishedRun,
  sync: SyncDefinition,
  usableMin: number,
  judged: number | null,
  now: number,
): PassView => ({ at: new Date(now).toISOString(), judged, ...runView(run, sync, usableMin) })

/** How a sync is followed, once at the beginning. */
export function followingText(
  key: string,
  everyMs: number,
  reasons: readonly FullPassReason[],
): string {
  const every = `everybody is judged every ${durationText(everyMs)}`
  const [first] = reasons
  if (first === undefined)
    return `${key}: ${every}, and in between whoever something comes in about`
  return `${key}: ${every}, and nobody in between, because of ${first.condition} in “${first.audience}”: ${first.why}`
}

/** One line. */
export function passText(view: PassView | FailedPassView): string {
  const head = `${moment(Date.parse(view.at))}  ${bold(view.sync)}`
  if ('error' in view) return `${head}  ${bad('✗ failed')}  ${troubleText(view.error)}`
  const { state, place, judged, run } = view
  const asked = judged === null ? 'everybody judged' : `${people(judged)} judged`
  const parts = [head, place.environment, stateText(view), `${asked}${sentText(view)}`]
  return [...parts, ...(state === 'done' ? [] : [whyText(view)]), dim(run)].join('  ')
}

const sentText = ({ requests, accepted }: PassView): string =>
  requests === 0
    ? ', nothing sent'
    : `, ${rows(accepted.added)} added and ${rows(accepted.removed)} removed`

function stateText({ state }: PassView): string {
  switch (state) {
    case 'done':
      return good('✓ done')
    case 'held':
      return careful('■ held')
    case 'waiting':
      return careful('… waiting')
    case 'blocked':
      return bad('✗ blocked')
    case 'failed':
      return bad('✗ failed')
  }
}

function whyText({ holds, problem }: PassView): string {
  const held = holds.map(({ meaning, approve }) => `${meaning} → ${approve}`)
  return [...held, ...(problem === null ? [] : [troubleText(problem)])].join('; ')
}

const troubleText = ({
  message,
  code,
  remedy,
}: FailureView['error'] | NonNullable<PassView['problem']>): string =>
  `${visible(message)} ${dim(`[${code}]`)} → ${visible(remedy)}`
