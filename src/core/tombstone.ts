import { createHmac } from 'node:crypto'

/** Makes what is kept of something that was erased: enough to know it again, and nothing to read it from. */
export type TombstoneOf = (text: string) => string

/** Tombstones are HMAC-SHA256, so that e-mails and phone numbers cannot be guessed from them without the secret. */
export const tombstonesWith =
  (secret: string): TombstoneOf =>
  (text) =>
    createHmac('sha256', secret).update(text).digest('base64url')
