/** The write key of a request, by what names it first: Basic authentication, as its user; `X-Write-Key`; `writeKey` in the body. */
export function writeKeyOf(headers: Headers, inBody: unknown): string | undefined {
  const candidates = [basicUser(headers.get('authorization')), headers.get('x-write-key'), inBody]
  return candidates.find((key): key is string => typeof key === 'string' && key !== '')
}

function basicUser(authorization: string | null): string | undefined {
  const encoded = /^basic\s+(?<encoded>\S+)$/i.exec(authorization ?? '')?.groups?.['encoded']
  return encoded === undefined
    ? undefined
    : Buffer.from(encoded, 'base64').toString('utf8').split(':')[0]
}
