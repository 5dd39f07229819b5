import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { RollcallError } from '../core/error.ts'
import { country } from '../definition/leaf.ts'
import { EXAMPLE_PEOPLE } from './example-people.ts'
import { firstDefinition, type Choices } from './first-definition.ts'
import type { PeopleFile } from './people-file.ts'

/** Stops before anybody is asked anything. @throws RollcallError `init/file-exists` */
export function refuseExisting(file: string): void {
  if (existsSync(file)) throw exists(file)
}

/**
 * Writes a first definition that points at a file of people and at the sandbox. Never over a file that is there.
 * @throws RollcallError `init/file-exists`, `init/not-writable`
 */
export function writeFirstDefinition(
  file: string,
  people: PeopleFile,
  choices: Omit<Choices, 'folder'>,
): void {
  const folder = relativeFolder(dirname(resolve(file)), dirname(resolve(people.path)))
  writeNew(file, firstDefinition(people, { ...choices, folder }))
}

/** Writes a small file of made-up people beside a definition. @returns its path */
export function writeExamplePeople(file: string): string {
  const path = join(dirname(file), 'data', 'people.csv')
  if (existsSync(path)) throw exists(path, `Use it with "rollcall init ${path}"`)
  mkdirSync(dirname(path), { recursive: true })
  writeNew(path, EXAMPLE_PEOPLE)
  return path
}

/** A country as two capital letters; undefined when there is none that is called so. */
export function readCountry(text: string): string | undefined {
  return country.safeParse(text.trim()).data
}

/** As a person writes it, whatever the machine's separator. */
function relativeFolder(from: string, to: string): string {
  const path = relative(from, to)
  const parts = path.split(sep).join('/')
  return isAbsolute(path) || parts.startsWith('..') ? parts : `./${parts}`
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    if (existsSync(file)) throw exists(file)
    throw new RollcallError(`Cannot write "${file}"`, {
      code: 'init/not-writable',
      next: 'act',
      remedy: 'Check that its folder is there and that you may write into it',
      cause: error,
    })
  }
}

function exists(
  file: string,
  remedy = 'Move it away, or name another definition file with --file',
): RollcallError {
  return new RollcallError(`"${file}" is there already; nothing was written`, {
    code: 'init/file-exists',
    next: 'act',
    remedy,
  })
}
