const FORMAT = new Intl.NumberFormat('en')

/** 1234567 as `1,234,567`. */
export const count = (number: number): string => FORMAT.format(number)

/** A number with its word: `1 person`, `2 people`. */
export const counted = (number: number, one: string, many: string): string =>
  `${count(number)} ${number === 1 ? one : many}`

export const people = (number: number): string => counted(number, 'person', 'people')

export const rows = (number: number): string => counted(number, 'row', 'rows')
