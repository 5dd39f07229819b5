// The table of operators in the documentation is the one in the source. `UPDATE=1` writes it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { describe } from '../../src/core/audience/describe.ts'
import { OPERANDS } from '../../src/core/audience/operand.ts'
import { OPERATOR_NAMES, OPERATORS } from '../../src/core/audience/operator.ts'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'

const PAGE = new URL('../../docs/audience-language.md', import.meta.url)
const PLACE = /(?<=<!-- operators -->\n).*(?=<!-- \/operators -->)/s

const cell = (text: string): string => text.replaceAll('|', '\\|')

function row(operator: (typeof OPERATOR_NAMES)[number]): string {
  const { operand, example, text } = OPERATORS[operator]
  const written = `{ trait: x, ${operator}: ${example} }`
  const condition = parseCondition(parse(written), [], (mistake) => assert.fail(mistake.message))
  assert.ok(condition)
  const cells = [
    `\`${operator}: ${example}\``,
    describe(condition),
    OPERANDS[operand].expected,
    text ? 'text' : '',
  ]
  return `| ${cells.map(cell).join(' | ')} |`
}

/** The formatter widens the columns of a table. */
const narrow = (text = ''): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')

test('the page has every operator as the source has it', () => {
  const head = ['', '| operator | meaning | takes | |', '| --- | --- | --- | --- |']
  const table = [...head, ...OPERATOR_NAMES.map(row), '', ''].join('\n')
  const page = readFileSync(PAGE, 'utf8')
  assert.match(page, PLACE)
  if (process.env['UPDATE'] === '1')
    writeFileSync(
      PAGE,
      page.replace(PLACE, () => table),
    )
  else assert.equal(narrow(PLACE.exec(page)?.[0]), narrow(table))
})

test('the examples of the page are conditions', () => {
  const page = readFileSync(PAGE, 'utf8')
  const examples = [...page.matchAll(/^\| `(?<code>\{ .*? \})` +\|/gm)].map(
    (match) => match.groups?.['code'] ?? '',
  )
  assert.ok(examples.length >= 5)
  for (const code of examples) {
    parseCondition(parse(code), [], (mistake) => assert.fail(`${code}: ${mistake.message}`))
  }
})
