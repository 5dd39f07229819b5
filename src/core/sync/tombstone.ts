import type { TombstoneOf } from '../tombstone.ts'
import type { StrongKey } from './strong.ts'

/**
 * What a tombstone of the sync protocol means. `person`: whoever has it is the person, and is not sent by anything else either;
 * `identifier`: it is never sent, for nobody.
 */
export type TombstoneKind = 'person' | 'identifier'

export interface Tombstone {
  readonly digest: string
  readonly kind: TombstoneKind
}

export const keyTombstone = (tombstoneOf: TombstoneOf, key: StrongKey): string =>
  tombstoneOf(`key\n${key}`)

/** Of a member of a model: the same key says nothing in another model. */
export const memberTombstone = (tombstoneOf: TombstoneOf, model: string, member: string): string =>
  tombstoneOf(`member\n${model}\n${member}`)
