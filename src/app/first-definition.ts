import { basename } from 'node:path'
import type { Mapping } from '../sql/fingerprint.ts'
import { MADE_KEY, madeKeyModel, type KeyProposal } from './key-proposal.ts'
import type { PeopleFile } from './people-file.ts'

/** What was decided for a first definition. */
export interface Choices {
  readonly key: KeyProposal
  readonly mapping: Mapping
  /** Two letters; null: numbers without a country are rejected. */
  readonly phoneCountry: string | null
  /** The people's folder, relative to the definition's. */
  readonly folder: string
}

/** What YAML can read in one way only: a word, some words, a path. */
const PLAIN_TEXT = /^(?:\.{1,2}\/)?[A-Za-z_](?:[\w ./-]*[\w./-])?$|^\.{1,2}\/$/
const YAML_WORDS: ReadonlySet<string> = new Set(['null', 'true', 'false'])

/** Text as YAML: quoted unless it can only be read as itself. JSON's quotes are YAML's. */
const scalar = (text: string): string =>
  PLAIN_TEXT.test(text) && !YAML_WORDS.has(text.toLowerCase()) ? text : JSON.stringify(text)

const oneOrMore = (texts: readonly string[]): string =>
  texts.length === 1 ? scalar(texts[0] ?? '') : `[${texts.map(scalar).join(', ')}]`

/** The text of a first definition file: everyone in one file of people, sent to the sandbox, with notes on what to change. */
export function firstDefinition(people: PeopleFile, choices: Choices): string {
  const file = basename(people.path).replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
  return `# Written by "rollcall init" from ${file}. "rollcall check" says what is wrong with it; "rollcall plan" shows what it
# would do and sends nothing.
version: 1

${defaults(choices)}
sources:
  files: # every CSV, Parquet or JSON file in this folder is a table
    type: files
    path: ${scalar(choices.folder)}
${people.encoding === null ? '' : `    encoding: ${people.encoding}\n`}
models:
  people:
    source: files
${model(people, choices)}

audiences:
  everyone:
    name: ${scalar(`Everyone in ${file}`)} # what people and Meta see; may change, unlike the key "everyone"
    model: people
    where: { everyone: true }
    # Others, to be put here beside this one:
    #   where: { trait: plan, in: [pro, team] }
    #   where: { all: [ { trait: revenue, gte: 100 }, { not: { trait: country, eq: US } } ] }

destinations:
  meta:
    type: meta
    # Nothing leaves this machine: without the next line the built-in sandbox stands in for Meta.
    # environment: live
    # ad_account: act_1234567890
    # access_token: { env: META_ACCESS_TOKEN }

syncs:
  everyone_to_meta:
    audience: everyone
    destination: meta
    mapping: # Meta's match keys, each with the columns that hold it; the more, the more people are found
${choices.mapping.map(([key, columns]) => `      ${key}: ${oneOrMore(columns)}`).join('\n')}
`
}

function defaults({ phoneCountry, mapping }: Choices): string {
  if (phoneCountry !== null)
    return `defaults:
  phone_country: ${scalar(phoneCountry)} # of phone numbers that do not say it
`
  return mapping.some(([key]) => key === 'PHONE')
    ? `# Phone numbers that do not say their country are read as of this one; without it they may be rejected.
# defaults: { phone_country: DE }
`
    : ''
}

function model({ table, columns }: PeopleFile, { key }: Choices): string {
  if (key.kind === 'made') {
    const sql = madeKeyModel(table, key.parts, columns)
    const note = '# No column tells the people apart, so the first identifier of each row does.'
    return `    ${note}
    sql: ${block(sql)}
    key: ${MADE_KEY}`
  }
  const from = table.includes('.')
    ? `sql: ${JSON.stringify(`select * from "${table.replaceAll('"', '""')}"`)}`
    : `table: ${scalar(table)}`
  const note =
    key.kind === 'id'
      ? 'tells one person from another'
      : 'tells one person from another; whoever changes it leaves and enters again'
  return `    ${from}
    key: ${scalar(key.column)} # ${note}`
}

/** SQL on lines of its own, or quoted where a name in it holds what a block cannot. */
const block = (sql: string): string =>
  /[^\P{C}\n]|[\u2028\u2029]/u.test(sql) || sql.split('\n').length > 4
    ? JSON.stringify(sql)
    : `|-\n${sql.replaceAll(/^/gm, '      ')}`
