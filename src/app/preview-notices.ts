import { counted, rows } from '../core/counted.ts'
import type { Previewed } from './previewed.ts'

/** Something about an audience that its owner should hear, and what to do about it. */
export interface Notice {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

/** Meta does not show ads to fewer people than this. */
const META_ROWS_MIN = 100
/** From this share on a part of the addresses explains an audience that comes out small. */
const TELLING_SHARE = 0.3

const percent = (share: number): string => `${Math.round(share * 100)}%`

/** Everything in a preview that explains why the Custom Audience will be smaller than expected, the gravest first. */
export function previewNotices(found: Previewed, phoneCountry: string | null): Notice[] {
  return [
    ...keyNotices(found),
    ...sizeNotices(found),
    ...peopleNotices(found),
    ...emailNotices(found),
    ...mappingNotices(found, phoneCountry),
  ]
}

function keyNotices({ keyless, duplicates }: Previewed): Notice[] {
  if (keyless === 0 && duplicates.count === 0) return []
  const samples = duplicates.samples.length > 0 ? `, such as ${duplicates.samples.join(', ')}` : ''
  const problems = [
    ...(keyless > 0 ? [counted(keyless, 'row has no key', 'rows have no key')] : []),
    ...(duplicates.count > 0
      ? [`${counted(duplicates.count, 'key stands', 'keys stand')} more than once${samples}`]
      : []),
  ]
  return [
    {
      code: 'model/key-not-unique',
      message: `A sync of this audience is held: ${problems.join('; ')}`,
      remedy:
        'Choose a key column that is present and different for each person, or group the rows in the model’s SQL',
    },
  ]
}

function sizeNotices({ size, findableRows, mapping }: Previewed): Notice[] {
  if (size === 0)
    return [
      {
        code: 'preview/empty',
        message: 'Nobody meets the definition now',
        remedy: 'Look at one person with "rollcall audience explain" to see which condition fails',
      },
    ]
  if (findableRows >= META_ROWS_MIN || Object.keys(mapping).length === 0) return []
  return [
    {
      code: 'preview/too-small',
      message: `Only ${rows(findableRows)} can be matched: Meta does not use an audience under ${META_ROWS_MIN}`,
      remedy: 'Widen the conditions, or map more columns that identify people',
    },
  ]
}

function peopleNotices({ unusable, suppressed, onlyExternId }: Previewed): Notice[] {
  const lost = unusable - suppressed.people
  return [
    ...(lost > 0
      ? [
          {
            code: 'preview/unusable',
            message: `${counted(lost, 'person has no usable identifier and is', 'people have no usable identifier and are')} not sent`,
            remedy: 'Mend the rejected values below, or map another column that identifies them',
          },
        ]
      : []),
    ...(onlyExternId > 0
      ? [
          {
            code: 'preview/only-extern-id',
            message: `${counted(onlyExternId, 'person has', 'people have')} an EXTERN_ID alone: Meta finds nobody new by it`,
            remedy: 'Map an e-mail address, a phone number or an advertising id as well',
          },
        ]
      : []),
  ]
}

function emailNotices({ emails }: Previewed): Notice[] {
  if (emails === null) return []
  const all = Object.values(emails).reduce((sum, count) => sum + count, 0)
  const wrong = emails.role + emails.placeholder
  return [
    ...(emails.work > all * TELLING_SHARE
      ? [
          {
            code: 'preview/work-addresses',
            message: `${percent(emails.work / all)} of the e-mail addresses look like work addresses; most people are at Meta with a private one`,
            remedy: 'Map a private address, a phone number or an advertising id as well',
          },
        ]
      : []),
    ...(wrong > all * TELLING_SHARE
      ? [
          {
            code: 'preview/nobodys-addresses',
            message: `${percent(wrong / all)} of the e-mail addresses belong to a desk or to nobody`,
            remedy: 'Leave them out in the model: they match nobody',
          },
        ]
      : []),
  ]
}

function mappingNotices({ keys, further }: Previewed, phoneCountry: string | null): Notice[] {
  const homeless = keys
    .find(({ key }) => key === 'PHONE')
    ?.rejected.find(({ reason }) => reason === 'phone-without-country')
  const helpful = further.filter(({ findable }) => findable > 0)
  return [
    ...(homeless !== undefined && phoneCountry === null
      ? [
          {
            code: 'preview/phone-country',
            message: `${counted(homeless.values, 'phone number has', 'phone numbers have')} no country`,
            remedy: 'Set "phone_country" under "defaults:", or map COUNTRY',
          },
        ]
      : []),
    ...helpful.map(({ key, columns, findable }) => ({
      code: 'preview/map-more',
      message: `${counted(findable, 'more person', 'more people')} could be found through ${key}`,
      remedy: `Map ${key}: ${columns.length === 1 ? (columns[0] ?? '') : `[${columns.join(', ')}]`}`,
    })),
  ]
}
