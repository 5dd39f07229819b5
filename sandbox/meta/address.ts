/** An address taken apart. `nodePath` is what follows the version; `version` is null where there is none. */
export interface Address {
  readonly url: string
  readonly path: string
  readonly query: string
  readonly version: number | null
  readonly nodePath: string
}

export function addressOf(request: Request): Address {
  const { url } = request
  const mark = url.indexOf('?')
  const bare = mark < 0 ? url : url.slice(0, mark)
  const path = bare.slice(bare.indexOf('/', bare.indexOf('//') + 2))
  const versioned = /^\/v(?<version>\d+)\.0\/(?<rest>.*?)\/?$/.exec(path)?.groups
  return {
    url: bare,
    path,
    query: mark < 0 ? '' : url.slice(mark + 1),
    version: versioned === undefined ? null : Number(versioned['version']),
    nodePath: versioned?.['rest'] ?? path.slice(1),
  }
}
