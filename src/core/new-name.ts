import type { World } from './world.ts'

/** A short name that no other has: what it is, when it was made, and a random part. */
export const newName = (kind: string, { now, random }: Pick<World, 'now' | 'random'>): string =>
  `${kind}-${now().toString(36)}-${Math.floor(random() * 36 ** 8).toString(36)}`
