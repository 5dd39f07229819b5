/** How long an ad account remembers whom an EXTERN_ID stands for. */
const MEMORY_MS = 90 * 86_400_000

interface Remembered {
  /** When the EXTERN_ID was last uploaded, in milliseconds since the epoch. */
  readonly at: number
  /** What its rows stood for: marks of rows, or people. */
  readonly targets: ReadonlySet<string>
}

/** `union`: an EXTERN_ID stands for all that its rows ever matched; `latest`: for what its last upload matched. */
export type ExternMemoryMode = 'union' | 'latest'

export type ExternEntry = readonly [externId: string, at: number, targets: readonly string[]]

/** What one ad account knows of EXTERN_IDs; an entry is forgotten 90 days after its last upload. */
export interface ExternMemory {
  remember(externId: string, targets: Iterable<string>, at: number): void
  /** What the EXTERN_ID stands for at `at`, or undefined if it is unknown or forgotten. */
  recall(externId: string, at: number): ReadonlySet<string> | undefined
  forget(externId: string): void
  entries(): Iterable<ExternEntry>
}

export function createExternMemory(mode: ExternMemoryMode): ExternMemory {
  const remembered = new Map<string, Remembered>()
  const recall = (externId: string, at: number): ReadonlySet<string> | undefined => {
    const entry = remembered.get(externId)
    return entry !== undefined && at - entry.at < MEMORY_MS ? entry.targets : undefined
  }
  return {
    remember: (externId, targets, at) => {
      const earlier = mode === 'union' ? (recall(externId, at) ?? []) : []
      remembered.set(externId, { at, targets: new Set([...earlier, ...targets]) })
    },
    recall,
    forget: (externId) => remembered.delete(externId),
    entries: function* () {
      for (const [externId, { at, targets }] of remembered) yield [externId, at, [...targets]]
    },
  }
}
