/** Who collected the people's data, as the platform asks for each audience. */
export const CUSTOMER_FILE_SOURCES = [
  'USER_PROVIDED_ONLY',
  'PARTNER_PROVIDED_ONLY',
  'BOTH_USER_AND_PARTNER_PROVIDED',
] as const

export type CustomerFileSource = (typeof CUSTOMER_FILE_SOURCES)[number]
