import { RollcallError } from '../core/error.ts'
import { PEOPLE_SOURCE } from '../definition/people-model.ts'
import { findKept } from './erase-kept.ts'
import { namePerson } from './name-person.ts'
import { namedHere } from './named-here.ts'
import { listContext } from './do-not-send.ts'
import { audienceOf } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/**
 * The key in an audience's model of whoever is meant by a word. Among the people that Rollcall keeps a person is meant by anything
 * that identifies them: `email=…`, `user_id=…`, a value alone for a user id; elsewhere the word is the key.
 * @throws RollcallError `usage/person` where nobody or more than one person is meant
 */
export async function explainedKey(
  workspace: Workspace,
  audience: string,
  word: string,
): Promise<string> {
  if (audienceOf(workspace, audience).model.source !== PEOPLE_SOURCE) return word
  const context = listContext(workspace.definition, workspace.surroundings.world.now())
  const isNamed = word.includes('=') || word.includes('@')
  const named = isNamed
    ? namePerson([word], context).identifiers
    : [
        { kind: 'person', value: word },
        { kind: 'user_id', value: word },
      ]
  const found = await findKept(workspace, namedHere(workspace, named))
  const [first, ...others] = found
  if (first !== undefined && others.length === 0) return first.person
  const what = first === undefined ? 'Nobody is known by this' : 'Several people are known by this'
  throw new RollcallError(what, {
    code: 'usage/person',
    next: 'act',
    remedy:
      first === undefined
        ? 'Name the person as user_id=…, email=…, or by the id in "rollcall audience export"'
        : `Name one of them: ${found.map(({ person }) => person).join(', ')}`,
  })
}
