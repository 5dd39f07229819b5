import { romanLetters } from './letters.ts'
import { EMPTY, valueOf, type NormaliseContext, type Normalised } from './normalised.ts'

/** Names as letters only, beside the code that the postal services of the two countries use. */
const US_STATES: Readonly<Record<string, string>> = {
  al: 'alabama',
  ak: 'alaska',
  az: 'arizona',
  ar: 'arkansas',
  ca: 'california',
  co: 'colorado',
  ct: 'connecticut',
  de: 'delaware',
  dc: 'districtofcolumbia washingtondc',
  fl: 'florida',
  ga: 'georgia',
  hi: 'hawaii',
  id: 'idaho',
  il: 'illinois',
  in: 'indiana',
  ia: 'iowa',
  ks: 'kansas',
  ky: 'kentucky',
  la: 'louisiana',
  me: 'maine',
  md: 'maryland',
  ma: 'massachusetts',
  mi: 'michigan',
  mn: 'minnesota',
  ms: 'mississippi',
  mo: 'missouri',
  mt: 'montana',
  ne: 'nebraska',
  nv: 'nevada',
  nh: 'newhampshire',
  nj: 'newjersey',
  nm: 'newmexico',
  ny: 'newyork newyorkstate',
  nc: 'northcarolina',
  nd: 'northdakota',
  oh: 'ohio',
  ok: 'oklahoma',
  or: 'oregon',
  pa: 'pennsylvania',
  ri: 'rhodeisland',
  sc: 'southcarolina',
  sd: 'southdakota',
  tn: 'tennessee',
  tx: 'texas',
  ut: 'utah',
  vt: 'vermont',
  va: 'virginia',
  wa: 'washington washingtonstate',
  wv: 'westvirginia',
  wi: 'wisconsin',
  wy: 'wyoming',
  as: 'americansamoa',
  gu: 'guam',
  mp: 'northernmarianaislands',
  pr: 'puertorico',
  vi: 'virginislands usvirginislands',
}
const CANADIAN_PROVINCES: Readonly<Record<string, string>> = {
  ab: 'alberta',
  bc: 'britishcolumbia',
  mb: 'manitoba',
  nb: 'newbrunswick',
  nl: 'newfoundlandandlabrador newfoundland',
  ns: 'novascotia',
  nt: 'northwestterritories',
  nu: 'nunavut',
  on: 'ontario',
  pe: 'princeedwardisland',
  qc: 'quebec',
  sk: 'saskatchewan',
  yt: 'yukon yukonterritory',
}

/** Codes by name, and by ISO 3166-2 code (`US-CA`) as letters only. */
const codesOf = (country: string, names: Readonly<Record<string, string>>): Map<string, string> =>
  new Map(
    Object.entries(names).flatMap(([code, spellings]) =>
      [country + code, ...spellings.split(' ')].map((name) => [name, code] as const),
    ),
  )

const US_CODES = codesOf('us', US_STATES)
const CANADIAN_CODES = codesOf('ca', CANADIAN_PROVINCES)

function codeOf(name: string, country: string | null): string | undefined {
  if (country === 'us') return US_CODES.get(name)
  if (country === 'ca') return CANADIAN_CODES.get(name)
  return country === null ? (US_CODES.get(name) ?? CANADIAN_CODES.get(name)) : undefined
}

/** ST: two letters in the United States and Canada, also when the row names no country; elsewhere the name like a city's. */
export function normaliseState(text: string, { country }: NormaliseContext): Normalised {
  const letters = romanLetters(text)
  return letters === '' ? EMPTY : valueOf(codeOf(letters, country) ?? letters)
}
