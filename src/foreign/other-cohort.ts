/** The key under which another cohort is expected in the definition file. */
export const otherCohort = (id: string | number | boolean): string => `cohort_${id}`
