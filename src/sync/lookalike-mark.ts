import { hash } from 'node:crypto'
import { lookalikeText, type Lookalike } from '../core/lookalike.ts'

/**
 * The short mark at the end of a lookalike's description. It says what the lookalike is, its seed and its settings, and so the same for
 * whoever made it: one whose creation was not answered, or was forgotten with a lost state folder, is found by it.
 */
const MARK = /\[rollcall [0-9a-z]+\/[\w.-]+ l(?<digest>[0-9a-f]{12})\]\s*$/

const DIGEST_LENGTH = 12

const digestOf = (originId: string, lookalike: Lookalike): string =>
  hash('sha256', `${originId}\n${lookalikeText(lookalike)}`).slice(0, DIGEST_LENGTH)

/** The description of a lookalike that this installation makes for a sync. */
export function lookalikeDescription(
  originId: string,
  lookalike: Lookalike,
  { installation, sync }: { readonly installation: string; readonly sync: string },
): string {
  const mark = `[rollcall ${installation}/${sync} l${digestOf(originId, lookalike)}]`
  return `Made from Custom Audience ${originId} ${mark}`
}

export const isMarkedAs = (description: string, originId: string, lookalike: Lookalike): boolean =>
  MARK.exec(description)?.groups?.['digest'] === digestOf(originId, lookalike)
