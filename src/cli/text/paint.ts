import { styleText } from 'node:util'

/** Colours for stdout. `styleText` leaves them out where it is no terminal, and with NO_COLOR. */
export const bold = (text: string): string => styleText('bold', text)
export const dim = (text: string): string => styleText('dim', text)
export const good = (text: string): string => styleText('green', text)
export const bad = (text: string): string => styleText('red', text)
export const careful = (text: string): string => styleText('yellow', text)
