// oxlint-disable no-restricted-globals -- fixed dates as a database driver hands them over, not the clock
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toText } from './to-text.ts'

class Decimal {
  toString(): string {
    return '12.50'
  }
}

const CASES: readonly (readonly [value: unknown, text: string, what: string])[] = [
  ['  as it is ', '  as it is ', 'text'],
  [1.0, '1', 'a whole number in a floating-point column'],
  [15_559_876_543, '15559876543', 'a phone number'],
  [1e21, '1000000000000000000000', 'a number that JavaScript writes with an exponent'],
  [-0, '0', 'minus zero'],
  [Number.NaN, '', 'not a number'],
  [9_007_199_254_740_993n, '9007199254740993', 'a large integer'],
  [true, 'true', 'a boolean'],
  [new Date('1985-04-23'), '1985-04-23', 'a date'],
  [new Date('1985-04-23T10:00:00Z'), '1985-04-23T10:00:00.000Z', 'a point in time'],
  [new Date(Number.NaN), '', 'an invalid date'],
  [new Decimal(), '12.50', 'a type of a database driver with a text of its own'],
  [null, '', 'null'],
  [undefined, '', 'undefined'],
  [{ a: 1 }, '', 'an object without a text'],
  [['a'], '', 'a list'],
  [Object.create(null), '', 'an object without a prototype'],
]

for (const [value, text, what] of CASES) {
  test(`${what} is ${JSON.stringify(text)}`, () => assert.equal(toText(value), text))
}

test('never throws and never says [object Object]', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withBigInt: true, withMap: true }), (value) => {
      fc.pre(typeof value !== 'string')
      assert.ok(!toText(value).includes('[object '))
    }),
    { numRuns: 2_000 },
  )
})
