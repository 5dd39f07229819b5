import { isTrue } from '../engine/port.ts'
import type { ResolvedAudience } from '../core/audience/audience.ts'
import type { Condition } from '../core/audience/condition.ts'
import { RollcallError } from '../core/error.ts'
import { purposesOf } from '../definition/consent.ts'
import type { Definition, SyncDefinition } from '../definition/definition.ts'
import { compileAudience, explainQuery } from '../sql/audience.ts'
import type { Refusing } from '../sync/duckdb/people.ts'
import type { OpenAudience } from './open-audience.ts'

/** The members of an audience who agree to a purpose; all of them for null. */
export function agreeing(audience: ResolvedAudience, purpose: string | null): ResolvedAudience {
  if (purpose === null) return audience
  return { ...audience, where: { kind: 'all', of: [audience.where, { kind: 'consent', purpose }] } }
}

/** Those who do not agree to what an audience is sent for; null where nothing is asked. */
export function refusingOf(
  { engine, audience, context }: Pick<OpenAudience, 'engine' | 'audience' | 'context'>,
  purpose: string | null,
): Refusing | null {
  if (purpose === null) return null
  const refuses: Condition = { kind: 'not', of: { kind: 'consent', purpose } }
  const would: Condition = { kind: 'all', of: [audience.where, refuses] }
  const everywhere = { ...audience, where: refuses, exclude: [], memberOf: {} }
  return {
    everywhere: compileAudience(everywhere, engine.dialect, context),
    inAudience: compileAudience({ ...audience, where: would }, engine.dialect, context),
  }
}

/** Whether somebody agrees to what a sync's destination asks for; null where it asks for nothing, or the model does not have them. */
export async function consentOf(
  { engine, audience, context }: OpenAudience,
  sync: SyncDefinition | null,
  key: string,
): Promise<{ readonly purpose: string; readonly given: boolean } | null> {
  const purpose = sync?.consent ?? null
  if (purpose === null) return null
  const asked = { ...audience, where: { kind: 'consent', purpose }, exclude: [] } as const
  const { sql, parameters } = explainQuery(asked, engine.dialect, context, key)
  const rows = await engine.all(sql, parameters)
  if (rows.length === 0) return null
  return { purpose, given: rows.every((row) => isTrue(row['member'])) }
}

/**
 * Why nobody is sent by a sync: its destination does not say what people must have agreed to, while in this workspace they can
 * agree to something. Null where it does, or where nothing is declared.
 */
export function untied(
  definition: Definition,
  { consent, destination }: Pick<SyncDefinition, 'consent' | 'destination'>,
): RollcallError | null {
  const purposes = purposesOf(definition)
  if (consent !== null || purposes.length === 0) return null
  return new RollcallError(
    `The destination "${destination}" does not say what people must have agreed to, while consent is declared (${purposes.join(', ')}): nobody is sent there`,
    {
      code: 'consent/untied',
      next: 'act',
      remedy: `Write it at the destination, such as "consent: ${purposes[0]}". Nobody is sent or taken out meanwhile.`,
    },
  )
}
