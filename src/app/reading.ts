import type { ResolvedAudience } from '../core/audience/audience.ts'
import type { RowContext } from '../core/match-key/rows.ts'
import { NORMALISER_VERSION, type MatchKey } from '../core/match-key/table.ts'
import { STRONG_KEYS, type StrongKey } from '../core/sync/strong.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { compileAudience } from '../sql/audience.ts'
import type { Mapping, Reading } from '../sql/fingerprint.ts'
import { isWithheld } from '../sync/withheld.ts'
import type { ListUse } from './do-not-send-fit.ts'
import { listContext, KeptDoNotSend } from './do-not-send.ts'
import { memberSecret } from './member-hash.ts'
import type { OpenAudience } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/** How the people of an audience are read for a sync, or as they would be for one that sends everybody. */
export function readingFor(
  workspace: Workspace,
  { engine, columns, context }: OpenAudience,
  audience: ResolvedAudience,
  mapping: Mapping,
  sync: SyncDefinition | null,
): Reading {
  const { phoneCountry } = workspace.definition.defaults
  const valueBased = (sync?.value ?? null) !== null
  // Under another mode other rows of the same people are to be there, so everybody is read again.
  const mode = sync?.mode ?? 'mirror'
  return {
    members: compileAudience(audience, engine.dialect, context),
    keyColumn: audience.model.key,
    mapping,
    columns,
    secret: memberSecret(workspace),
    settings: JSON.stringify([NORMALISER_VERSION, mapping, phoneCountry, valueBased, mode]),
    holdout: { share: sync?.holdout?.fraction ?? 0, salt: sync?.holdout?.salt ?? '' },
  }
}

/**
 * How the values of a workspace's people are normalised, and which of them may not leave.
 * @param use What the do-not-send lists must fit; null where nothing is sent by them.
 */
export async function rowContext(
  workspace: Workspace,
  local: LocalDuckDb,
  now: number,
  use: ListUse | null,
): Promise<{ rows: RowContext; doNotSend: KeptDoNotSend }> {
  const { definition } = workspace
  const context = listContext(definition, now)
  const { phoneCountry, currentYear } = context
  const plain = { phoneCountry, currentYear }
  const doNotSend = await KeptDoNotSend.read(workspace, local, context, use)
  const isSuppressed: RowContext['isSuppressed'] = (key, sent) =>
    isWithheld(doNotSend, keyOf(key, sent))
  const isPerson: RowContext['isPerson'] = (key, sent) =>
    doNotSend.erased?.kindOf(keyOf(key, sent)) === 'person'
  const none = definition.doNotSend.length === 0 && doNotSend.erased === undefined
  return { rows: none ? plain : { ...plain, isSuppressed, isPerson }, doNotSend }
}

const keyOf = (key: MatchKey, sent: string): StrongKey => `${STRONG_KEYS.indexOf(key)}:${sent}`
