import { DEPTH_MAX, TOO_DEEP } from '../carried.ts'
import {
  COMPARATORS,
  SIGNS,
  type Call,
  type Chain,
  type Comparison,
  type Expression,
  type Value,
} from './expression.ts'
import { Misread, tokens, type Token } from './token.ts'

const UNITS: Readonly<Record<string, string>> = {
  second: 's',
  seconds: 's',
  minute: 'm',
  minutes: 'm',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
}

const PREFIXES = ['not', 'any', 'all'] as const

/** Reads a query. @throws Misread where it is none */
export function parseQuery(text: string): Expression {
  return new Parser(tokens(text)).whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(list: readonly Token[]) {
    this.#tokens = list
  }

  whole(): Expression {
    const expression = this.#expression()
    if (this.#next.kind !== 'end') this.#fail('AND, OR or the end')
    return expression
  }

  get #next(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1)
    if (token === undefined) throw new Misread('There is nothing to read.', 0)
    return token
  }

  #fail(expected: string): never {
    const { kind, value, from } = this.#next
    const met = kind === 'end' ? 'the end' : `"${value}"`
    throw new Misread(`Expected ${expected}, not ${met}.`, from)
  }

  #isWord(word: string): boolean {
    return this.#next.kind === 'word' && this.#next.value.toLowerCase() === word
  }

  #isSign(sign: string): boolean {
    return this.#next.kind === 'sign' && this.#next.value === sign
  }

  #take(): Token {
    const token = this.#next
    this.#at += 1
    return token
  }

  #takeSign(sign: string): Token {
    return this.#isSign(sign) ? this.#take() : this.#fail(`"${sign}"`)
  }

  #expression(): Expression {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw new Misread(TOO_DEEP, this.#next.from)
    const expression = this.#joined('or', () => this.#joined('and', () => this.#prefixed()))
    this.#depth -= 1
    return expression
  }

  /** AND binds tighter than OR. */
  #joined(kind: 'and' | 'or', read: () => Expression): Expression {
    const first = read()
    const of = [first]
    while (this.#isWord(kind)) {
      this.#take()
      of.push(read())
    }
    return of.length === 1 ? first : { kind, of, from: first.from, to: of.at(-1)?.to ?? first.to }
  }

  #prefixed(): Expression {
    const { from } = this.#next
    const kind = PREFIXES.find((word) => this.#isWord(word))
    if (kind !== undefined) {
      this.#take()
      this.#depth += 1
      if (this.#depth > DEPTH_MAX) throw new Misread(TOO_DEEP, from)
      const of = this.#prefixed()
      this.#depth -= 1
      return { kind, of, from, to: of.to }
    }
    if (this.#isSign('(')) return this.#enclosed('(', ')')
    return this.#comparison()
  }

  #enclosed(open: string, close: string): Expression {
    this.#takeSign(open)
    const expression = this.#expression()
    this.#takeSign(close)
    return expression
  }

  #comparison(): Comparison | Value {
    const left = this.#value()
    const comparator = this.#next.kind === 'sign' ? SIGNS[this.#next.value] : undefined
    if (comparator === undefined) return left.kind === 'chain' ? ended(left) : left
    if (left.kind !== 'chain') this.#fail('AND, OR or the end')
    this.#take()
    const right = this.#value()
    return {
      kind: 'comparison',
      left,
      comparator,
      right: [right],
      from: left.from,
      to: right.to,
    }
  }

  #value(): Value {
    const { kind, value, from, to } = this.#next
    if (kind === 'text') {
      this.#take()
      return { kind: 'literal', value, from, to }
    }
    if (kind === 'number') return this.#number()
    if (kind !== 'word') this.#fail('a value')
    if (value === 'true' || value === 'false') {
      this.#take()
      return { kind: 'literal', value: value === 'true', from, to }
    }
    if (value === 'parent') {
      this.#take()
      this.#takeSign(':')
      const of = this.#value()
      return { kind: 'parent', of, from, to: of.to }
    }
    return this.#chain()
  }

  #number(): Value {
    const { value, from, to } = this.#take()
    const unit = this.#next.kind === 'word' ? UNITS[this.#next.value.toLowerCase()] : undefined
    if (unit === undefined) return { kind: 'literal', value: Number(value), from, to }
    return { kind: 'duration', duration: `${value}${unit}`, from, to: this.#take().to }
  }

  #chain(): Value {
    const calls = [this.#call()]
    while (this.#isSign('.')) {
      this.#take()
      calls.push(this.#call())
    }
    const [first] = calls
    const from = first?.from ?? 0
    const literal = first?.name === 'literal' && calls.length === 1 ? first.values[0] : undefined
    if (literal?.kind === 'literal') return literal
    let to = calls.at(-1)?.to ?? from
    let as: string | null = null
    if (this.#isWord('as')) {
      this.#take()
      ;({ value: as, to } = this.#next.kind === 'word' ? this.#take() : this.#fail('a type'))
    }
    return { kind: 'chain', calls, as, from, to }
  }

  #call(): Call {
    const { value: name, from } =
      this.#next.kind === 'word' ? this.#take() : this.#fail('a function')
    this.#takeSign('(')
    const values: Expression[] = []
    this.#listed(values, ')')
    return { name, values, from, to: this.#take().to }
  }

  /** Values with commas between them, also in brackets. */
  #listed(values: Expression[], end: string): void {
    while (!this.#isSign(end)) {
      if (this.#isSign('[')) {
        this.#take()
        this.#listed(values, ']')
        this.#take()
      } else values.push(this.#isSign('{') ? this.#braced() : this.#expression())
      if (!this.#isSign(end)) this.#takeSign(',')
    }
  }

  /** `{ exclude: … }`, or an expression that somebody put in braces. */
  #braced(): Expression {
    const open = this.#next
    if (this.#tokens[this.#at + 1]?.value !== 'exclude') return this.#enclosed('{', '}')
    this.#take()
    this.#take()
    this.#takeSign(':')
    const values: Expression[] = []
    this.#listed(values, '}')
    const names = values.flatMap((value) =>
      value.kind === 'literal' && typeof value.value === 'string' ? [value.value] : [],
    )
    if (names.length < values.length) this.#fail('the ids of sources')
    return { kind: 'excluded', names, from: open.from, to: this.#take().to }
  }
}

/** A chain whose last call compares is a comparison. */
function ended(chain: Chain): Comparison | Chain {
  const last = chain.calls.at(-1)
  const comparator = COMPARATORS.find((name) => name === last?.name)
  if (last === undefined || comparator === undefined || chain.calls.length < 2) return chain
  const calls = chain.calls.slice(0, -1)
  const { from, to } = chain
  const left: Chain = { kind: 'chain', calls, as: null, from, to: calls.at(-1)?.to ?? to }
  const right = last.values.filter(isValue)
  // An expression among the values is none that could be compared with.
  if (right.length < last.values.length) throw new Misread('Expected a value.', last.from)
  return { kind: 'comparison', left, comparator, right, from, to }
}

const isValue = (expression: Expression): expression is Value =>
  ['chain', 'literal', 'duration', 'parent', 'excluded'].includes(expression.kind)
