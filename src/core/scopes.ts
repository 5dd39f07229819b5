/** Within what app- and page-scoped ids count: the apps, and the one page, that every request with such ids names. */
export interface Scopes {
  /** Digits, each once. */
  readonly apps: readonly string[]
  readonly page: string | null
}

export const NO_SCOPES: Scopes = { apps: [], page: null }

/**
 * The scopes to name from now on: an app that ids were once sent under stays, since their removal has to name it too.
 * An audience has one page; where it has another already, that one stays.
 */
export const mergedScopes = (kept: Scopes, wanted: Scopes): Scopes => ({
  apps: [...new Set([...kept.apps, ...wanted.apps])],
  page: kept.page ?? wanted.page,
})

export const isOtherPage = (kept: Scopes, wanted: Scopes): boolean =>
  kept.page !== null && wanted.page !== null && kept.page !== wanted.page
