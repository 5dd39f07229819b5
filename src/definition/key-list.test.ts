import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readKeyList } from './key-list.ts'

test('readKeyList() takes one key to a line, without blank ones and repeats', () => {
  assert.deepEqual(readKeyList('\uFEFFa\r\nb\n\n  c \nb', 'id'), ['a', 'b', 'c'])
  assert.deepEqual(readKeyList('', 'id'), [])
})

test('readKeyList() finds the column of the key by its header', () => {
  const text = 'name,ID\n"Smith, ""J""\nJr",k1\nX,k2\n'
  assert.deepEqual(readKeyList(text, 'id'), ['k1', 'k2'])
})

test('readKeyList() takes the first column when no header names the key', () => {
  assert.deepEqual(readKeyList('k1,x\nk2,y', 'id'), ['k1', 'k2'])
})

test('readKeyList() goes on after a quote in the middle of a cell', () => {
  assert.deepEqual(readKeyList('id,n\nk1,a"b\nk2,c\nk"3,d\n"k4"x,e\nk5,f', 'id'), [
    'k1',
    'k2',
    'k"3',
    '"k4"x',
    'k5',
  ])
})
