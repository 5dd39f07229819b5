import { sha256 } from '../match-key/sha256.ts'

/**
 * The id of the person that a message makes, in the form of a UUID. It comes from the message and from nothing else: taken in
 * again after a crash or into an empty store, the same message makes the same person, and another never does.
 */
export function personId(messageId: string): string {
  const digest = sha256(`person/${messageId}`)
  const part = (from: number, to: number): string => digest.slice(from, to)
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`
}
