import { assertNever } from '../../core/exhaustive.ts'
import { META_ERRORS, type MetaError, type Who } from './errors.ts'

/** Who must act, in the page's words. */
const WHO: Readonly<Record<Who, string>> = {
  nobody: 'nobody',
  account: 'someone with rights on the ad account or its Business',
  token: 'whoever made the access token',
  operator: 'whoever runs Rollcall',
  maintainer: 'the makers of Rollcall',
}

/** What Rollcall does after an answer of this kind. */
function next({ kind, waitMinutes }: MetaError): string {
  switch (kind) {
    case 'throttled':
      return `the account waits until Meta's time, or ${waitMinutes ?? 1} minutes`
    case 'busy':
      return `the sync waits ${waitMinutes ?? 1} minutes`
    case 'unknown':
      return 'counts the rows as unknown and tries again'
    case 'session':
      return 'begins a new replacement'
    case 'too-small':
      return 'replaces the whole audience once, if nobody else’s people are in it; otherwise stops until a person acts'
    case 'gone':
      return "looks in the account's list; if it is gone, pauses the sync"
    case 'blocked':
    case 'flagged':
      return 'stops, and resumes by itself once it works'
    case 'invalid':
      return 'stops; the same request is not sent again'
    default:
      return assertNever(kind)
  }
}

type Sign = MetaError['signs'][number]

function signText({ code, subcode, text }: Sign): string {
  const number = typeof code === 'object' ? code.join('–') : (code?.toString() ?? 'any')
  const codes = subcode === undefined ? number : `${number}/${subcode}`
  return text === undefined ? codes : `${codes} with \`${text.source}\``
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function section(error: MetaError): string {
  const link =
    error.where === undefined ? '' : ` <${error.where.replace('{act}', 'AD_ACCOUNT_NUMBER')}>`
  const known = error.knownAs === undefined ? [] : [`- **Known elsewhere as:** ${error.knownAs}`]
  return [
    `### \`${error.name}\``,
    '',
    `${capital(error.what)}.`,
    '',
    `- **Meta's codes:** ${error.signs.map(signText).join(', ')}`,
    `- **Rollcall:** ${next(error)}`,
    `- **Who must act:** ${WHO[error.who]}`,
    `- **Remedy:** ${error.remedy}${link}`,
    ...known,
  ].join('\n')
}

/** The page of all errors, made from the table, so that it cannot say anything else. */
export function errorsPage(): string {
  const rows: readonly MetaError[] = META_ERRORS
  const introduction = `# Errors from Meta

This page is made from the table in \`src/destination/meta/errors.ts\` by \`node src/destination/meta/errors-page.ts > docs/errors.md\`.

Rollcall recognises an error by its code and subcode; Meta changes the texts. The first entry that matches counts, from top to
bottom, so a narrower one stands above a wider one. An answer that cannot be read (an HTML page, an empty or broken-off answer,
none in time, counts that do not add up) has no entry: the request may have taken effect or not, its rows count as unknown, and the
next run does what the newest definition wants. Messages never hold tokens, digests or people's identifiers.`
  return `${[introduction, ...rows.map(section)].join('\n\n')}\n`
}

if (import.meta.main) process.stdout.write(errorsPage())
