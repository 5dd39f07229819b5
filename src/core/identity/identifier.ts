/** One value that says who somebody is, such as the `email` "ada@example.com", in its normal form. */
export interface Identifier {
  /** `user_id`, `email`, `ios.idfa`, or the type of an external id. */
  readonly kind: string
  readonly value: string
}

const KIND = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/

/** Whether a name can be that of a kind of identifiers. */
export const isKind = (name: string): boolean => KIND.test(name)

/** Tells identifiers apart. A kind has no colon in it. */
export const identifierKey = ({ kind, value }: Identifier): string => `${kind}:${value}`

/** What a key was made of. */
export function identifierOf(key: string): Identifier {
  const colon = key.indexOf(':')
  return { kind: key.slice(0, colon), value: key.slice(colon + 1) }
}

/** An identifier that a profile has. */
export interface LinkedIdentifier extends Identifier {
  /** The time of the message that brought it, in milliseconds. It stays when the identifier is seen again or its profile is merged. */
  readonly at: number
}

/** One person as far as identity goes. */
export interface Profile {
  readonly person: string
  /** The time of the message that it was made for. */
  readonly born: number
  /** How many other profiles have become part of it. */
  readonly merges: number
  /** By their keys. */
  readonly identifiers: ReadonlyMap<string, LinkedIdentifier>
}
