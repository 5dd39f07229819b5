import codes from 'i18n-iso-countries/codes.json' with { type: 'json' }
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import { romanLetters } from './letters.ts'
import { rejectedFor, valueOf, type Normalised } from './normalised.ts'

/** What people write besides the ISO codes and the names of the list, as letters only. */
const ALIASES: Readonly<Record<string, string>> = {
  // The European Union's code for Greece, and the code everyone writes for gb.
  el: 'gr',
  uk: 'gb',
  america: 'us',
  theunitedstates: 'us',
  theunitedstatesofamerica: 'us',
  theunitedkingdom: 'gb',
  unitedkingdomofgreatbritainandnorthernireland: 'gb',
  england: 'gb',
  scotland: 'gb',
  wales: 'gb',
  northernireland: 'gb',
  bolivarianrepublicofvenezuela: 've',
  bolivia: 'bo',
  bosnia: 'ba',
  brunei: 'bn',
  burma: 'mm',
  caboverde: 'cv',
  cocosislands: 'cc',
  congobrazzaville: 'cg',
  congokinshasa: 'cd',
  drcongo: 'cd',
  drc: 'cd',
  easttimor: 'tl',
  emirates: 'ae',
  eswatini: 'sz',
  falklandislands: 'fk',
  hongkongsar: 'hk',
  holland: 'nl',
  iranislamicrepublicof: 'ir',
  kyrgyzrepublic: 'kg',
  laos: 'la',
  laopdr: 'la',
  macau: 'mo',
  macedonia: 'mk',
  micronesia: 'fm',
  moldova: 'md',
  republicofmoldova: 'md',
  reunionisland: 're',
  slovakrepublic: 'sk',
  stkittsandnevis: 'kn',
  stlucia: 'lc',
  stvincentandthegrenadines: 'vc',
  swaziland: 'sz',
  syria: 'sy',
  tanzaniaunitedrepublicof: 'tz',
  thebahamas: 'bs',
  thephilippines: 'ph',
  trinidad: 'tt',
  turkiye: 'tr',
  unitedstatesvirginislands: 'vi',
  usvirginislands: 'vi',
  britishvirginislands: 'vg',
  vatican: 'va',
  vaticancity: 'va',
  venezuela: 've',
  vietnam: 'vn',
}

const nameList = (names: string | readonly string[]): readonly string[] =>
  typeof names === 'string' ? [names] : names

/** Later entries win, so the code that ISO gives a name stands before its aliases. */
const COUNTRIES: ReadonlyMap<string, string> = new Map([
  // "Congo" alone is the Republic; reversed, the first country of the list keeps a name that two share.
  ...Object.entries(english.countries)
    .toReversed()
    .flatMap(([code, names]) =>
      nameList(names).map((name) => [romanLetters(name), code.toLowerCase()] as const),
    ),
  ...Object.entries(ALIASES),
  ...codes.flatMap(([alpha2 = '', alpha3 = '']) => [
    [alpha2.toLowerCase(), alpha2.toLowerCase()] as const,
    [alpha3.toLowerCase(), alpha2.toLowerCase()] as const,
  ]),
])

/** The ISO 3166-1 alpha-2 code in lower case, from alpha-2, alpha-3 or an English name; undefined for anything else. */
function countryCode(text: string): string | undefined {
  return COUNTRIES.get(text) ?? COUNTRIES.get(romanLetters(text))
}

export function normaliseCountry(text: string): Normalised {
  const code = countryCode(text)
  return code === undefined ? rejectedFor('not-a-country') : valueOf(code)
}
