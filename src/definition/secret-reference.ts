import { isWritten } from '../core/audience/written.ts'
import { RollcallError } from '../core/error.ts'
import { Secret } from '../core/secret.ts'

/** Where a secret is found when it is needed; a file never holds the secret itself. */
export type SecretReference =
  { readonly kind: 'env'; readonly env: string } | { readonly kind: 'file'; readonly file: string }

/** Reads `{ env: NAME }` or `{ file: path }`; undefined for anything else, a secret itself above all. */
export function readSecretReference(value: unknown): SecretReference | undefined {
  if (!isWritten(value) || Object.keys(value).length !== 1) return undefined
  const { env, file } = value
  if (typeof env === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(env)) return { kind: 'env', env }
  return typeof file === 'string' && file.trim() !== '' ? { kind: 'file', file } : undefined
}

export interface SecretWorld {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The text of a file, its path relative to the definition's folder; undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined
}

/** What is wrong with a reference, in words that do not hold the secret; undefined when it leads to one. */
export function secretFault(reference: SecretReference, world: SecretWorld): string | undefined {
  const found = lookUp(reference, world)
  if (found !== undefined && found !== '') return undefined
  const state = found === undefined ? 'is not set' : 'is empty'
  return reference.kind === 'env'
    ? `The environment variable ${reference.env} ${state}`
    : `The file "${reference.file}" ${found === undefined ? 'cannot be read' : 'is empty'}`
}

function lookUp(reference: SecretReference, { env, readFile }: SecretWorld): string | undefined {
  return (reference.kind === 'env' ? env[reference.env] : readFile(reference.file))?.trim()
}

/** Reads a secret at the moment of use. Throws a `RollcallError` (`definition/secret-missing`) when it is not there. */
export function resolveSecret(reference: SecretReference, world: SecretWorld): Secret {
  const fault = secretFault(reference, world)
  if (fault === undefined) return new Secret(lookUp(reference, world) ?? '')
  throw new RollcallError(fault, {
    code: 'definition/secret-missing',
    next: 'act',
    remedy:
      reference.kind === 'env'
        ? `Set ${reference.env} in the environment that runs rollcall`
        : `Put the secret into "${reference.file}", readable by this user`,
  })
}
