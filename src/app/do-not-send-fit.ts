import type { Columns } from '../core/audience/audience.ts'
import { counted } from '../core/counted.ts'
import { RollcallError } from '../core/error.ts'
import { EXTERN_ID_BIT, STRONG_KEYS } from '../core/sync/strong.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import { isSameColumn, placesOf, type ReadList } from './do-not-send-list.ts'

/** What goes by the do-not-send lists: a sync, and the columns of its model; null where the model cannot be read now. */
export interface ListUse {
  readonly sync: Pick<SyncDefinition, 'key' | 'mapping'>
  readonly columns: Columns | null
}

/** Why a sync cannot go by the lists: it would send whom they name, or keep out others. */
export function misfits(lists: readonly ReadList[], use: ListUse): RollcallError[] {
  return lists.flatMap((list) => [...idsNotMapped(list, use), ...otherIds(list, use)])
}

function idsNotMapped({ path, linesBy }: ReadList, { sync }: ListUse): RollcallError[] {
  const lines = linesBy.get(EXTERN_ID_BIT) ?? 0
  if (lines === 0 || sync.mapping.EXTERN_ID !== undefined) return []
  const named = counted(lines, 'line names its person', 'lines name their people')
  return [
    new RollcallError(
      `In the do-not-send list "${path}" ${named} by EXTERN_ID alone, which the sync "${sync.key}" does not map: it would send them`,
      {
        code: 'do-not-send/ids-not-mapped',
        next: 'act',
        remedy:
          'Map EXTERN_ID to the column of these ids, or name these people by e-mail address or phone number. Nobody is sent meanwhile.',
      },
    ),
  ]
}

function otherIds({ path, idColumns }: ReadList, { sync, columns }: ListUse): RollcallError[] {
  const mapped = sync.mapping.EXTERN_ID
  if (mapped === undefined || columns === null) return []
  const others = idColumns.filter(
    (name) =>
      !mapped.some((own) => isSameColumn(own, name)) &&
      [...columns.keys()].some((column) => isSameColumn(column, name)),
  )
  return others.map(
    (name) =>
      new RollcallError(
        `The column "${name}" of the do-not-send list "${path}" is a column of the model as well, but the sync "${sync.key}" maps EXTERN_ID to ${mapped.join(', ')}: its ids would be taken for those of other people`,
        {
          code: 'do-not-send/other-id',
          next: 'act',
          remedy: `If it holds the ids of "${mapped[0]}", call it so in the list; if not, map EXTERN_ID to "${name}". Nobody is sent meanwhile.`,
        },
      ),
  )
}

/** What a sync cannot obey of the lists and its owner should hear. */
export function unappliedNotices(lists: readonly ReadList[], { sync }: ListUse): string[] {
  let lines = 0
  let unapplied = 0
  for (const { linesBy } of lists)
    for (const [bits, number] of linesBy) {
      const isSent = STRONG_KEYS.some(
        (key, bit) => (bits & (1 << bit)) !== 0 && sync.mapping[key] !== undefined,
      )
      // By EXTERN_ID alone nothing is sent at all.
      if (isSent || bits === EXTERN_ID_BIT) continue
      lines += number
      unapplied |= bits
    }
  if (lines === 0) return []
  const keys = STRONG_KEYS.filter((_, bit) => (unapplied & (1 << bit)) !== 0)
  const named = counted(
    lines,
    'line of the do-not-send lists names its person',
    'lines of the do-not-send lists name people',
  )
  return [`${named} only by ${keys.join(', ')}, which this sync does not send`]
}

/** Of whom a list says more than can be read. */
export function partlyReadNotices({ path, partly }: ReadList): string[] {
  if (partly.count === 0) return []
  const lines = counted(partly.count, 'line', 'lines')
  return [
    `The do-not-send list "${path}" has ${lines} whose ${partly.keys.join(', ')} cannot be read (${placesOf(partly)}): only what else stands there is kept back`,
  ]
}
