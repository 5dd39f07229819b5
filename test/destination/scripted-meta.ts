import { Secret } from '../../src/core/secret.ts'
import { metaDestination } from '../../src/destination/meta/destination.ts'
import type { MetaSettings } from '../../src/destination/meta/settings.ts'
import { metaErrorBody, scriptedWorld, type Scripted } from './scripted-world.ts'

export const TOKEN = 'EAAB-made-up-token'
export const AUDIENCE = '23849182047670582'
export const BASE = 'https://graph.facebook.com/v25.0'

const settings: MetaSettings = {
  environment: 'SANDBOX',
  adAccount: 'act_1000000001',
  accessToken: new Secret(TOKEN),
}

/** The Meta client in a world whose network answers from a list. */
export function open(script: readonly Scripted[], changes: Partial<MetaSettings> = {}) {
  const world = scriptedWorld(script)
  return { world, meta: metaDestination({ ...settings, ...changes }, world) }
}

export function refused(code: number, subcode?: number, message?: string): Scripted {
  return { status: 400, body: metaErrorBody(code, subcode, message) }
}
