import { styleText } from 'node:util'
import { assertNever } from '../core/exhaustive.ts'
import type { Happening } from '../sync/order.ts'
import type { TextStream } from './text-stream.ts'
import { visible } from './text/visible.ts'
import { count, counted, people, rows } from '../core/counted.ts'

/** Tells what is going on while it does: one line that moves on a terminal, plain lines elsewhere. */
export interface Progress {
  readonly tell: (happening: Happening) => void
  /** Takes the moving line away. */
  readonly stop: () => void
}

const STEPS = {
  look: 'Looking at the Custom Audience',
  fold: 'Keeping what was answered',
  evaluate: 'Finding who belongs now',
  diff: 'Comparing with what was sent before',
  plan: 'Writing the plan',
} as const satisfies Record<Extract<Happening, { kind: 'step-begun' }>['step'], string>

const BAR_CHARACTERS = 24
/** A terminal is repainted at most so often. */
const REPAINT_MS = 80

interface State {
  text: string
  read: number
  toSend: number
  sent: number
}

/** What a happening leaves to be shown; null where nothing new is to be said. */
function advance(state: State, happening: Happening): string | null {
  switch (happening.kind) {
    case 'step-begun':
      state.text = STEPS[happening.step]
      return state.text
    case 'members-read':
      state.read += happening.count
      state.text = `${STEPS.diff}: ${people(state.read)}`
      return null
    case 'sending-begun':
      state.toSend = happening.remove + happening.add
      state.sent = 0
      state.text = `Sending ${counted(happening.remove, 'removal', 'removals')} and ${counted(happening.add, 'add', 'adds')}`
      return state.text
    case 'batch-answered':
      state.sent += happening.rows
      state.text = `${count(Math.min(state.sent, state.toSend))} of ${rows(state.toSend)} sent`
      return happening.outcome === 'accepted'
        ? null
        : `A request of ${rows(happening.rows)} was ${happening.outcome === 'refused' ? 'refused' : 'not answered'}`
    case 'waiting':
      return `${visible(happening.reason)}: waiting until ${new Date(happening.until).toISOString()}`
    case 'noticed':
      return visible(happening.message)
    default:
      return assertNever(happening)
  }
}

/** Own lines rather than a library's spinner: that takes over the keyboard, and with it Ctrl-C, which ends a run in order here. */
export function movingProgress(stderr: TextStream, title: string, now: () => number): Progress {
  const state: State = { text: '', read: 0, toSend: 0, sent: 0 }
  let paintedAt = 0
  const paint = (): void => {
    paintedAt = now()
    const name = styleText('bold', visible(title), { stream: process.stderr })
    stderr.write(`\r\u001b[2K${name}  ${bar(state.sent, state.toSend)}${state.text}`)
  }
  return {
    tell: (happening) => {
      const news = advance(state, happening)
      const lasting = happening.kind === 'waiting' || happening.kind === 'noticed'
      if (lasting && news !== null) stderr.write(`\r\u001b[2K${news}\n`)
      if (news !== null || now() - paintedAt >= REPAINT_MS) paint()
    },
    stop: () => {
      stderr.write('\r\u001b[2K')
    },
  }
}

/** How much of a whole is done, as a bar with a space behind it; empty while there is nothing to do. */
export function bar(done: number, whole: number): string {
  if (whole === 0) return ''
  const share = Math.min(1, done / whole)
  const full = Math.round(share * BAR_CHARACTERS)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)} ${String(Math.floor(share * 100)).padStart(3)}%  `
}

/** For logs: a line for each step, and for what is out of the ordinary. */
export function plainProgress(stderr: TextStream, title: string): Progress {
  const state: State = { text: '', read: 0, toSend: 0, sent: 0 }
  return {
    tell: (happening) => {
      const news = advance(state, happening)
      if (news !== null) stderr.write(`${visible(title)}: ${news}\n`)
    },
    stop: () => {},
  }
}
