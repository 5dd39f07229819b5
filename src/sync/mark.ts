/**
 * The short mark at the end of a remote description: which installation keeps the audience, and the generation of its ledger.
 * A ledger older than its mark was restored or copied, and must not be believed.
 */
export interface Mark {
  readonly installation: string
  readonly sync: string
  readonly generation: number
}

const MARK = /\s*\[rollcall (?<installation>[0-9a-z]+)\/(?<sync>[\w.-]+) g(?<generation>\d+)\]\s*$/

/** Meta shows about this much of a description; the mark must survive. */
const DESCRIPTION_CHARACTERS_MAX = 500

export function withMark(description: string, mark: Mark): string {
  const text = ` [rollcall ${mark.installation}/${mark.sync} g${mark.generation}]`
  return (description.slice(0, DESCRIPTION_CHARACTERS_MAX - text.length) + text).trimStart()
}

export function markOf(description: string): Mark | null {
  const { installation, sync, generation } = MARK.exec(description)?.groups ?? {}
  if (installation === undefined || sync === undefined || generation === undefined) return null
  return { installation, sync, generation: Number(generation) }
}

/** The description as people wrote it, for an audience that is let go of. */
export const withoutMark = (description: string): string => description.replace(MARK, '')
