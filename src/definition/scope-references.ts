import type { Path, Report } from '../core/audience/mistake.ts'
import type { Written } from '../core/audience/written.ts'
import { fail } from './relation-references.ts'

/** What each scoped match key counts within, and where a sync says so. */
const SCOPES = [
  { key: 'APPUID', setting: 'app_ids', what: 'app', example: '["1234567890"]' },
  { key: 'PAGEUID', setting: 'page_id', what: 'page', example: '"1234567890"' },
] as const

/** An app- or page-scoped id says who somebody is only together with its app or page, which Meta wants to be named. */
export function checkScopes(sync: Written, mapping: Written, path: Path, report: Report): void {
  for (const { key, setting, what, example } of SCOPES) {
    const isMapped = mapping[key] !== undefined
    if (isMapped === (sync[setting] !== undefined)) continue
    if (isMapped)
      fail(
        report,
        [...path, 'mapping', key],
        `${key} is mapped, and the sync does not say which ${what} its ids are of`,
        `"${setting}" in the sync`,
        `Add ${setting}: ${example}, the id of the ${what} that gave these ids`,
      )
    else
      fail(
        report,
        [...path, setting],
        `"${setting}" is named, and no column is mapped to ${key}`,
        `${key} in the mapping`,
        `Map ${key} to the column of these ids, or remove "${setting}"`,
      )
  }
}
