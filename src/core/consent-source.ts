/**
 * Where a purpose's consent stands in what messages say of people; each null where nothing is looked for. What was said last
 * counts, whichever of them said it.
 */
export interface ConsentSource {
  /** Its name in `context.consent.categoryPreferences`. */
  readonly category: string | null
  readonly trait: string | null
}

/** The column of the people that says whether they agree to a purpose. */
export const consentColumn = (purpose: string): string => `consent_${purpose}`
