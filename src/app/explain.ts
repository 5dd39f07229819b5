import { isTrue } from '../engine/port.ts'
import type { Condition } from '../core/audience/condition.ts'
import { MATCH_KEYS } from '../core/match-key/table.ts'
import { suggestMapping } from '../core/match-key/mapping.ts'
import { explainQuery } from '../sql/audience.ts'
import type { Branch } from '../sql/branch.ts'
import { rowContext } from './reading.ts'
import { syncsOf } from './audience-reading.ts'
import { sentenceOf } from './audiences.ts'
import { evidenceOf, type Evidence, type Hide } from './evidence.ts'
import { explainRows, type ExplainedSync } from './explain-rows.ts'
import { maskIdentifiers, mask } from './mask.ts'
import { openAudience, type OpenAudience } from './open-audience.ts'
import { explainedKey } from './explained-person.ts'
import { takeInFor } from './take-in-journal.ts'
import type { Workspace } from './workspace.ts'

/** One condition of the definition, and whether it holds for the person. */
export interface ConditionShown extends Branch {
  readonly holds: boolean
  /** What of the person made it so, where it asks for more than traits. */
  readonly evidence: Evidence | null
}

/** Why one person is or is not in an audience, and what became of them. Masked unless it was asked for otherwise. */
export interface Explanation {
  readonly audience: string
  readonly name: string
  readonly sentence: string
  readonly key: string
  /** How many rows of the model have this key: 0 is nobody, more than 1 is a key that is not unique. */
  readonly modelRows: number
  readonly member: boolean
  readonly conditions: readonly ConditionShown[]
  readonly traits: readonly { readonly trait: string; readonly value: string | null }[]
  /** By sync; one without a name where no sync uses the audience. */
  readonly syncs: readonly ExplainedSync[]
}

/**
 * Explains one person of an audience.
 * @param word Who is meant, as `explainedKey` reads it.
 * @param now The moment of evaluation, in milliseconds.
 * @throws RollcallError when there is no such audience or sync, or the source cannot be read
 */
export async function explain(
  workspace: Workspace,
  audience: string,
  word: string,
  options: { readonly sync: string | null; readonly reveal: boolean; readonly now: number },
): Promise<Explanation> {
  await takeInFor(workspace, audience)
  const key = await explainedKey(workspace, audience, word)
  const opened = await openAudience(workspace, audience, options.now)
  await using _local = opened.local
  const syncs = syncsOf(workspace, audience, options.sync)
  const { rows: context } = await rowContext(workspace, opened.local, options.now, null)
  const verdict = await verdictOf(opened, key, options.reveal)
  const person = { key, audience: onlyOne(opened, key), isMember: verdict.member, context }
  const shown: ExplainedSync[] = []
  for (const sync of syncs.length === 0 ? [null] : syncs)
    shown.push(await explainRows(workspace, opened, sync, person, options.reveal))
  return {
    audience,
    name: opened.audience.name,
    sentence: sentenceOf(opened.audience),
    key,
    ...verdict,
    syncs: shown,
  }
}

function onlyOne({ audience }: OpenAudience, key: string): OpenAudience['audience'] {
  const where: Condition = {
    kind: 'trait',
    trait: audience.model.key,
    operator: 'eq',
    operand: { kind: 'any', value: key },
    ignoreCase: false,
  }
  return { ...audience, where, exclude: [] }
}

async function verdictOf(
  opened: OpenAudience,
  key: string,
  reveal: boolean,
): Promise<Pick<Explanation, 'modelRows' | 'member' | 'conditions' | 'traits'>> {
  const { engine, audience, context } = opened
  const { sql, parameters, conditions, traits } = explainQuery(
    audience,
    engine.dialect,
    context,
    key,
  )
  const rows = await engine.all(sql, parameters)
  const [row] = rows
  if (row === undefined) return { modelRows: 0, member: false, conditions: [], traits: [] }
  const hide: Hide = (name, value) => {
    if (reveal) return value
    return identifies(name) ? mask(value) : maskIdentifiers(value)
  }
  const evidence = await evidenceOf(opened, key, conditions, row, hide)
  return {
    modelRows: rows.length,
    member: isTrue(row['member']),
    conditions: conditions.map(
      ({ audience: owner, path, depth, sentence, kind, column }, index) => ({
        audience: owner,
        path,
        depth,
        sentence,
        kind,
        holds: isTrue(row[column]),
        evidence: evidence[index] ?? null,
      }),
    ),
    traits: traits.map(({ column, trait }) => {
      const value = row[column] ?? null
      return { trait, value: value === null ? null : hide(trait, String(value)) }
    }),
  }
}

/** Whether what goes by a name, or by the last step of a path, is probably told of people to find them. */
const identifies = (name: string): boolean =>
  suggestMapping([name.split('.').at(-1) ?? name]).some(
    ({ key }) => MATCH_KEYS[key].role !== 'value',
  )
