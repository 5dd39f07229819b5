import { RollcallError } from '../core/error.ts'

/** Others who change the people at the same time may be faster so often. */
export const ATTEMPTS = 20

/** What was decided was overtaken by others each time. */
export const othersWereFaster = (): RollcallError =>
  new RollcallError('Others took messages in at the same time, again and again', {
    code: 'people/busy',
    next: 'retry',
    remedy: 'Run it again when less is taken in at the same time; it goes on where it was',
  })
