import type { Ports } from './order.ts'

/** A name for a plan and its file that no other has. */
export const planName = ({ world }: Pick<Ports, 'world'>): string =>
  `plan-${world.now().toString(36)}-${Math.floor(world.random() * 36 ** 6).toString(36)}`
