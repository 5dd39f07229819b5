import { testStore } from '../../../test/store/store-suite.ts'
import { openStore } from './open-store.ts'

testStore('SQLite', () => openStore(':memory:'))
