import { describe } from 'node:test'
import type { Store } from '../../src/store/port.ts'
import { testErasing } from './erasure-cases.ts'
import { testJournal } from './journal-cases.ts'
import { testLeases } from './lease-cases.ts'
import { testRecords } from './record-cases.ts'
import { testSyncs } from './sync-cases.ts'

/** Opens a new, empty store. */
export type OpenStore = () => Promise<Store & AsyncDisposable>

/** The same examination for each implementation of the store; a new one is done when it passes. */
export function testStore(name: string, open: OpenStore): void {
  describe(`${name}: leases`, () => testLeases(open))
  describe(`${name}: syncs`, () => testSyncs(open))
  describe(`${name}: plans and their journal`, () => testJournal(open))
  describe(`${name}: what erasing asks`, () => testErasing(open))
  describe(`${name}: runs and accounts`, () => testRecords(open))
}
