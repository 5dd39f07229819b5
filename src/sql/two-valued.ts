/** A comparison with something absent is false, and a `not` around it true: no null leaves a leaf. */
export const twoValued = (expression: string): string => `coalesce(${expression}, false)`
