// Rules about the code itself that no linter knows: layers, names and sizes.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

/** A folder may import itself and the folders in lower ranks; those of one rank do not know each other. */
const RANKS: Readonly<Record<string, number>> = {
  core: 0,
  sql: 1,
  foreign: 1,
  engine: 2,
  destination: 2,
  store: 2,
  collect: 2,
  definition: 2,
  sync: 3,
  people: 3,
  app: 4,
  server: 5,
  cli: 6,
}
/** The only source file that may start the sandbox. */
const SANDBOX_STARTER = 'src/cli/main.ts'
const IMPORT = /(?:^(?:import|export)\b[^'"]*?['"]|\bimport\(\s*['"])(?<target>\.[^'"]+)['"]/gm

const sources = globSync('src/**/*.ts').filter((path) => !path.endsWith('.test.ts'))
const sandboxed = globSync('sandbox/**/*.ts').filter((path) => !path.endsWith('.test.ts'))

const folderOf = (path: string): string => relative('src', path).split('/')[0] ?? ''

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(IMPORT)].map((match) =>
    join(dirname(path), match.groups?.['target'] ?? ''),
  )
}

function mayImport(from: string, target: string): boolean {
  if (target === 'package.json') return true
  if (!target.startsWith('src/')) return from === SANDBOX_STARTER && target.startsWith('sandbox/')
  const own = folderOf(from)
  const other = folderOf(target)
  return own === other || (RANKS[other] ?? Infinity) < (RANKS[own] ?? -1)
}

test('the check itself sees the source', () => {
  assert.ok(sources.length > 0)
  assert.ok(sources.flatMap(importsOf).length > 0)
})

test('every source file is in a known layer', () => {
  assert.deepEqual(
    sources.filter((path) => RANKS[folderOf(path)] === undefined),
    [],
  )
})

test('imports point to the same folder or to a lower layer', () => {
  const wrong = sources.flatMap((path) =>
    importsOf(path)
      .filter((target) => !mayImport(path, target))
      .map((target) => `${path} imports ${target}`),
  )
  assert.deepEqual(wrong, [])
})

test('the sandbox shares no code with what it examines', () => {
  const wrong = sandboxed.flatMap((path) =>
    importsOf(path)
      .filter((target) => !target.startsWith('sandbox/'))
      .map((target) => `${path} imports ${target}`),
  )
  assert.deepEqual(wrong, [])
})

/** Import circles, types among them: whoever reads one of its files has to read all. */
function circles(paths: readonly string[]): string[] {
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path)
    if (at >= 0) found.push([...way.slice(at), path].join(' → '))
    if (at >= 0 || done.has(path) || !paths.includes(path)) return
    for (const target of importsOf(path)) visit(target, [...way, path])
    done.add(path)
  }
  for (const path of paths) visit(path, [])
  return found
}

test('no file imports itself by way of others', () => {
  assert.deepEqual(circles([...sources, ...sandboxed]), [])
})

test('file names are kebab-case', () => {
  assert.deepEqual(
    [...sources, ...sandboxed].filter((path) => !/^[a-z0-9/-]+\.ts$/.test(path)),
    [],
  )
})

test('no file is called a drawer for anything', () => {
  assert.deepEqual(
    [...sources, ...sandboxed].filter((path) => /\/(?:utils?|helpers?|common|misc)\b/.test(path)),
    [],
  )
})

test('the lock file names the packages of every platform', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const missing = Object.values(lock.packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => lock.packages[`node_modules/${name}`] === undefined)
  assert.deepEqual(missing, [], 'Run: node .ci/complete-lock.mjs')
})
