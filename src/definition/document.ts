import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
  type YAMLMap,
} from 'yaml'
import { pathText, type Path, type WrittenMistake } from '../core/audience/mistake.ts'

interface Position {
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

/** Something wrong in a definition file, and what to do about it. */
export interface Mistake extends Position {
  /** `syncs.big_to_meta.mapping.EMAIL`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
  readonly expected: string
  readonly nearest?: string
  readonly remedy: string
}

/** Something that is allowed and probably not meant. */
export interface Warning extends Position {
  readonly path: string
  readonly message: string
}

export interface ReadDocument {
  /** Plain data; undefined when the text is not YAML. */
  readonly value: unknown
  readonly mistakes: readonly Mistake[]
  /** Where the value at a path stands, or its key; the nearest thing around it when there is none. */
  readonly locate: (path: Path, atKey: boolean) => Position
}

/** Reads YAML 1.2 and keeps where everything stands. A repeated key is a mistake beside which the rest is still read. */
export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter()
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    version: '1.2',
    prettyErrors: false,
    logLevel: 'error',
  })
  const mistakes = document.errors.map(({ code, message, pos }): Mistake => {
    const at = lines.linePos(pos[0])
    const duplicate = code === 'DUPLICATE_KEY'
    return {
      line: at.line,
      column: at.col,
      path: '',
      message: duplicate
        ? `The key "${wordAt(text, pos[0])}" stands here a second time`
        : `Cannot read the file as YAML: ${message}`,
      expected: duplicate ? 'each key once' : 'YAML 1.2',
      remedy: duplicate
        ? 'Remove one of the two, or rename it'
        : 'Correct the indentation, quotes or brackets at this place',
    }
  })
  const readable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY')
  const value = readable ? plain(document, mistakes) : undefined
  return { value, mistakes, locate: (path, atKey) => locate(document, lines, path, atKey) }
}

const wordAt = (text: string, offset: number): string =>
  /^[^\s:,{}[\]]+/.exec(text.slice(offset, offset + 100))?.[0] ?? ''

function plain(document: Document, mistakes: Mistake[]): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    mistakes.push({
      line: 1,
      column: 1,
      path: '',
      message: `Cannot read the file: ${error instanceof Error ? error.message : 'its aliases lead nowhere'}`,
      expected: 'at most 100 uses of aliases, each of an anchor above it',
      remedy: 'Write the repeated parts out',
    })
    return undefined
  }
}

/** The pair of a mapping with this key; of repeated ones the last, whose value counts. */
const pairOf = (map: YAMLMap, name: unknown): Pair | undefined =>
  map.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(name))

function nodeAt(document: Document, path: Path): unknown {
  let node: unknown = document.contents
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) node = pairOf(node, step)?.value
    else node = isSeq(node) ? node.items[Number(step)] : undefined
  }
  return node
}

/** The offset of the node at a path, or of its key. */
function offsetOf(document: Document, path: Path, atKey: boolean): number | undefined {
  let node = nodeAt(document, path)
  if (atKey && path.length > 0) {
    const parent = nodeAt(document, path.slice(0, -1))
    node = isMap(parent) ? pairOf(parent, path.at(-1))?.key : node
  }
  return isNode(node) ? node.range?.[0] : undefined
}

function locate(document: Document, lines: LineCounter, path: Path, atKey: boolean): Position {
  for (let length = path.length; length >= 0; length -= 1) {
    const part = path.slice(0, length)
    // What is missing is best shown at the key of what it is missing from.
    const offset = offsetOf(document, part, length < path.length || atKey)
    if (offset === undefined) continue
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  return { line: 1, column: 1 }
}

/** Puts a mistake where it stands in the file. */
export function placeMistake(written: WrittenMistake, { locate: find }: ReadDocument): Mistake {
  const { path, atKey, ...rest } = written
  return { ...find(path, atKey), path: pathText(path), ...rest }
}
