const VERSION =
  /^v?(?<numbers>\d{1,15}(?:\.\d{1,15}){0,2})(?:-(?<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/

/** A number as text that sorts by its size: its length first. */
function sortable(digits: string): string {
  const plain = digits.replace(/^0+(?=\d)/, '')
  return `${String(plain.length).padStart(3, '0')}${plain}`
}

/**
 * A semantic version as text whose plain order is the order of versions (semver.org, 11): numbers, then
 * `2` for a release, or each part of the pre-release, numbers (`0…`) before words (`1…`). Missing parts are 0, build data is passed over.
 * Undefined for what is not a version.
 */
export function versionKey(text: string): string | undefined {
  const groups = VERSION.exec(text)?.groups
  if (groups === undefined) return undefined
  const numbers = (groups['numbers'] ?? '').split('.')
  const core = [0, 1, 2].map((index) => sortable(numbers[index] ?? '0'))
  const pre = groups['pre']?.split('.')
  const tail = pre
    ? pre.map((part) => (/^\d+$/.test(part) ? `0${sortable(part)}` : `1${part}`))
    : ['2']
  return [...core, ...tail].join(' ')
}
