// Writes docs/match-keys.md out of the table of match keys: `node docs/write-match-keys.ts`.
import { writeFileSync } from 'node:fs'
import { matchKeyPage } from '../src/core/match-key/page.ts'

writeFileSync(new URL('match-keys.md', import.meta.url), matchKeyPage())
