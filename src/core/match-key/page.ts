import { REJECT_REASONS } from './reject-reason.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, NORMALISER_VERSION, type MatchKeyRule } from './table.ts'

const INTRODUCTION = `# Match keys

<!-- Written by \`node docs/write-match-keys.ts\` out of src/core/match-key; change it there. -->

Meta finds people by **match keys**: columns such as \`EMAIL\`, \`PHONE\` or \`FN\`. It takes most of them only as the SHA-256 of a text
in one exact form, so whether somebody is found hangs on how the value was written before it was hashed. This page says what Rollcall makes
of each value, where the rule comes from, and what Rollcall decided where Meta's documents and its SDKs contradict each other. Of 78
inputs that were tried on Meta's six SDKs, all six agree on 25.

\`rollcall match-key KEY VALUE\` shows what becomes of one value. This is version ${NORMALISER_VERSION} of the normaliser; a new version
re-sends only the rows that it changes.

## What holds for every key

- Outer white space (all of Unicode's, and invisible marks) goes, and text is brought to Unicode NFC.
- A value of which nothing is left is absent: it is not counted as rejected, and the hash of nothing is never sent.
- 64 hexadecimal digits are a SHA-256 already: they pass in lower case, for every hashed key. 32, 40, 56, 96 or 128 hexadecimal digits
  are the hash of another algorithm and are rejected, since Meta matches SHA-256 only.
- A rejected value costs that value alone, with its reason, never the rest of its row and never a batch.
- Numbers and dates out of a database are read as text first: 1.0 is 1, and a date is 1985-04-23.

## Rows

- \`EMAIL\`, \`PHONE\`, \`MADID\`, \`APPUID\`, \`PAGEUID\` and \`EXTERN_ID\` are **strong**: each can identify a person. A row without one is not sent.
- Somebody with several e-mails, phones, devices or apps gets several rows: row i has the i-th of each, a shorter list is padded with its
  first, and all else is the same in each. Equal values are taken once.
- Of every other key the first value that can be sent is taken.
- \`COUNTRY\` also says how the \`PHONE\`, \`ST\` and \`ZIP\` of its row are read. A \`COUNTRY\` that is hashed already cannot.
- \`LOOKALIKE_VALUE\` and \`DATA_PROCESSING_OPTIONS…\` say something about a person rather than who it is: a change of them is sent
  as an add, never as a removal.

## Ids within an app or a page

\`APPUID\` is what one of your apps knows a person by who logged in with Facebook, \`PAGEUID\` what one of your Facebook pages knows
a person by who wrote to it. Such an id means nothing without its app or page, so the sync names them, in quotes:

\`\`\`yaml
syncs:
  players_to_meta:
    mapping: { APPUID: app_scoped_id, PAGEUID: psid, EMAIL: email }
    app_ids: ['1234567890'] # one or more
    page_id: '9876543210' # exactly one
\`\`\`

An audience keeps its page: a sync with another \`page_id\` is stopped before anything is sent, and needs another key. Apps may be added. One
that is taken out of the file is still named where ids of it are removed. Where an id of an app was wrong, put it right and
run the sync with \`--full\`: the rows are the same, so nothing else would send them again. People that Rollcall keeps carry such an id as
a trait, which is mapped like any column.
`

const ROLES: Readonly<Record<MatchKeyRule['role'], string>> = {
  strong: 'strong',
  weak: 'helps',
  value: 'value',
}

/** A Markdown table with its columns aligned, as Prettier leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((cells) => cells[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const overview = (): string =>
  table(
    ['key', 'role', 'hashed', 'what is sent'],
    MATCH_KEY_NAMES.map((key) => {
      const { role, hashed, rule } = MATCH_KEYS[key]
      return [`\`${key}\``, ROLES[role], hashed ? 'yes' : 'no', rule]
    }),
  )

function section(key: string, rule: MatchKeyRule): string {
  const spellings = rule.spellings.map((spelling) => `\`${spelling}\``).join(', ')
  const parts = [
    `### ${key}`,
    rule.rule,
    ...(rule.decision === undefined ? [] : [`**Decided here:** ${rule.decision}`]),
    `**Source:** ${rule.source}.`,
    `**Found by itself under:** ${spellings}.`,
  ]
  return parts.join('\n\n')
}

const reasons = (): string =>
  table(
    ['reason', 'what it means', 'what to do'],
    Object.entries(REJECT_REASONS).map(([reason, { sentence, remedy }]) => [
      `\`${reason}\``,
      sentence,
      remedy,
    ]),
  )

/** The page of the documentation about match keys, out of the tables that the code runs on. */
export function matchKeyPage(): string {
  const sections = MATCH_KEY_NAMES.map((key) => section(key, MATCH_KEYS[key]))
  return `${[
    INTRODUCTION.trimEnd(),
    `## The keys\n\n${overview()}`,
    ...sections,
    '## Finding columns\n\nUpper and lower case, `_`, `-` and spaces do not count. For e-mails, phones and devices all columns are taken, also numbered ones (`email2`) and those that say which one it is (`work_email`, `phone_home`, `email_sha256`); parts of an address also as `billing_city` and the like. A column with a full date of birth serves year, month and day.',
    `## Why a value is rejected\n\n${reasons()}`,
  ].join('\n\n')}\n`
}
