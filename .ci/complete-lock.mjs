// After `npm install` on one platform: names the optional packages of all other platforms in package-lock.json. A registry that
// does not carry them leaves them out, and `npm ci` then refuses the lock everywhere.
import { readFileSync, writeFileSync } from 'node:fs'

const OS = [
  'darwin',
  'linux',
  'win32',
  'android',
  'freebsd',
  'openharmony',
  'openbsd',
  'sunos',
  'aix',
]
const CPU = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

/** What a binding's name says of where it runs: `@duckdb/node-bindings-linux-arm64-musl`. */
function platformOf(name) {
  const parts = name.replace(/^@[^/]+\//, '').split(/[-.]/)
  const os = OS.find((word) => parts.includes(word))
  const arm = parts.some((part) => part.startsWith('arm')) ? 'arm' : undefined
  const cpu = CPU.find((word) => parts.includes(word)) ?? arm
  const musl = parts.some((part) => part.startsWith('musl')) ? ['musl'] : undefined
  const glibc =
    os === 'linux' && parts.some((part) => part.startsWith('gnu')) ? ['glibc'] : undefined
  return { os: os && [os], cpu: cpu && [cpu], libc: musl ?? glibc }
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
for (const { optionalDependencies = {}, dev, license, engines } of Object.values(lock.packages))
  for (const [name, version] of Object.entries(optionalDependencies))
    lock.packages[`node_modules/${name}`] ??= {
      version,
      ...platformOf(name),
      dev,
      license,
      optional: true,
      engines,
    }
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(
  'package-lock.json',
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
)
