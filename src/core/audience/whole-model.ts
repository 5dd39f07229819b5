import type { ResolvedAudience } from './audience.ts'

/** Everyone in an audience's model, with the model's own columns. */
export const wholeModel = (audience: ResolvedAudience): ResolvedAudience => ({
  ...audience,
  where: { kind: 'everyone' },
  exclude: [],
  memberOf: {},
  computed: [],
})
