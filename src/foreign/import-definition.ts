import { parseCondition } from '../core/audience/parse-condition.ts'
import { writeCondition } from '../core/audience/write-condition.ts'
import { assertNever } from '../core/exhaustive.ts'
import { assemble, type Assembled } from './assemble.ts'
import { readAmplitude } from './amplitude/read-amplitude.ts'
import { readDittofeed } from './dittofeed/read-dittofeed.ts'
import { unreadable, type ForeignReading, type Unreadable } from './foreign-reading.ts'
import { languageOf, LANGUAGES, type Language } from './language.ts'
import { readPosthog } from './posthog/read-posthog.ts'
import { readSegment } from './segment/read-segment.ts'

interface Wish {
  /** Null: to be told from the text. */
  readonly language: Language | null
  /** The keys of the audiences that exist. */
  readonly audiences: ReadonlySet<string>
}

/** A foreign definition as an audience, or why it is none. */
export type Imported =
  | Unreadable
  | (Assembled & {
      readonly kind: 'imported'
      readonly language: Language
      /** The audience's name there. */
      readonly name: string | null
    })

/** Reads the definition of an audience as another product writes it. */
export function importDefinition(text: string, wish: Wish): Imported {
  const json = parsedJson(text)
  const language = wish.language ?? languageOf(text, json)
  if (language === null)
    return unreadable(
      '',
      `Cannot tell whose definition this is: there are ${Object.values(LANGUAGES).join(', ')}.`,
    )
  const reading = read(language, text, json, wish)
  if (reading.kind === 'unreadable') return reading
  const assembled = assemble(reading.tree)
  const { condition } = assembled
  let isWhole = true
  if (condition !== null)
    parseCondition(writeCondition(condition), [], () => {
      isWhole = false
    })
  return isWhole
    ? { kind: 'imported', language, name: reading.name, ...assembled }
    : unreadable('', 'Its conditions are nested deeper than an audience here may be.')
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function read(
  language: Language,
  text: string,
  json: unknown,
  { audiences }: Wish,
): ForeignReading {
  if (json === undefined && language !== 'segment')
    return unreadable(
      '',
      `${LANGUAGES[language]} writes its definitions as JSON, and this is none.`,
    )
  switch (language) {
    case 'segment':
      return readSegment(text, json, audiences)
    case 'amplitude':
      return readAmplitude(json)
    case 'posthog':
      return readPosthog(json)
    case 'dittofeed':
      return readDittofeed(json)
    default:
      return assertNever(language)
  }
}
