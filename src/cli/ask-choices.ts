import { isCancel, multiselect, select, text } from '@clack/prompts'
import type { Choices } from '../app/first-definition.ts'
import { count, counted } from '../core/counted.ts'
import { STRONG_KEYS } from '../core/sync/strong.ts'
import { readCountry } from '../app/init.ts'
import type { PeopleFile } from '../app/people-file.ts'

type Asked = Omit<Choices, 'folder'>

/** Questions stand on stderr: stdout is for results. */
const ON_STDERR = { output: process.stderr, withGuide: false } as const

/** Asks a person what the data leaves open, the proposals first. @returns null when they want no more */
export async function askChoices(people: PeopleFile, proposed: Asked): Promise<Asked | null> {
  const key = await askKey(people, proposed.key)
  if (key === null) return null
  const mapping = await askMapping(withKey(proposed, key))
  if (mapping === null) return null
  const hasPhones = mapping.some(([name]) => name === 'PHONE')
  if (!hasPhones || people.phones.withoutCountry === 0 || proposed.phoneCountry !== null)
    return { ...proposed, key, mapping }
  const phoneCountry = await askCountry(people)
  return phoneCountry === undefined ? null : { key, mapping, phoneCountry }
}

const MADE = ''

async function askKey(
  people: PeopleFile,
  proposed: Choices['key'],
): Promise<Choices['key'] | null> {
  const own = proposed.kind === 'made' ? MADE : proposed.column
  const others = people.unique.filter((column) => column !== own)
  if (others.length === 0) return proposed
  const label = proposed.kind === 'made' ? 'the first identifier of each row' : proposed.column
  const answer = await select({
    ...ON_STDERR,
    message: 'Which column tells one person from another, and never changes?',
    initialValue: own,
    options: [
      { value: own, label, hint: 'proposed' },
      ...others.map((column) => ({ value: column, label: column })),
    ],
  })
  if (isCancel(answer)) return null
  return answer === own ? proposed : { kind: 'id', column: answer }
}

/** Another id than the one proposed takes its place as EXTERN_ID too. */
function withKey({ mapping, key: before }: Asked, key: Choices['key']): Choices['mapping'] {
  if (key.kind !== 'id' || before.kind !== 'id') return mapping
  return mapping.map(([name, columns]) =>
    name === 'EXTERN_ID' && columns.includes(before.column)
      ? [name, [key.column]]
      : [name, columns],
  )
}

async function askMapping(proposed: Choices['mapping']): Promise<Choices['mapping'] | null> {
  for (;;) {
    const answer = await multiselect({
      ...ON_STDERR,
      message: `What may be sent for Meta to find people by? At least one of ${STRONG_KEYS.join(', ')}`,
      initialValues: proposed.map(([key]) => key),
      options: proposed.map(([key, columns]) => ({
        value: key,
        label: key,
        hint: `from ${columns.join(', ')}`,
      })),
      required: true,
    })
    if (isCancel(answer)) return null
    if (answer.some((key) => STRONG_KEYS.includes(key)))
      return proposed.filter(([key]) => answer.includes(key))
  }
}

/** Undefined when they want no more; null when they have no one country. */
async function askCountry({ phones }: PeopleFile): Promise<string | null | undefined> {
  const answer = await text({
    ...ON_STDERR,
    message: `Of ${counted(phones.seen, 'phone number', 'phone numbers')} looked at, ${count(phones.withoutCountry)} without a country. Which is it? (two letters; empty for none)`,
    placeholder: 'DE',
    validate: (given) =>
      given === undefined || given.trim() === '' || readCountry(given) !== undefined
        ? undefined
        : 'Two letters, such as GB for the United Kingdom',
  })
  if (isCancel(answer)) return undefined
  return readCountry(answer) ?? null
}
