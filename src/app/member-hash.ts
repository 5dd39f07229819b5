import { hash } from 'node:crypto'
import type { Workspace } from './workspace.ts'

/** What the hashes of members are keyed by: only those who have it can tell whether somebody is in a ledger. */
export const memberSecret = ({ secret }: Pick<Workspace, 'secret'>): string => `${secret}/member/`

/** The member that a key of a model is in ledgers, as the fingerprint query makes it: an MD5 with the secret, as UUID text. */
export function memberHash(workspace: Pick<Workspace, 'secret'>, key: string): string {
  const digest = hash('md5', `${memberSecret(workspace)}${key}`, 'hex')
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
