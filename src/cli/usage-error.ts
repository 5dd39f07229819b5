import { RollcallError } from '../core/error.ts'

/** The command line cannot be meant as it was written: exit code 2. */
export const usageError = (message: string, remedy: string): RollcallError =>
  new RollcallError(message, { code: 'usage/wrong', next: 'act', remedy })
