import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { RollcallError } from '../../core/error.ts'
import { Secret } from '../../core/secret.ts'
import { connectionOf, type MetaSettings } from './settings.ts'

const settings: MetaSettings = {
  environment: 'LIVE',
  adAccount: 'act_1234567890',
  accessToken: new Secret('EAAB-token'),
}

test('what is left out has a default', () => {
  const connection = connectionOf(settings)
  assert.equal(connection.apiUrl, 'https://graph.facebook.com')
  assert.equal(connection.apiVersion, 'v25.0')
  assert.equal(connection.accountNumber, '1234567890')
  assert.ok(!inspect(connection).includes('EAAB-token'))
})

test('the token never travels unencrypted to another machine', () => {
  for (const apiUrl of [
    'http://127.0.0.1:4010/',
    'http://localhost:1',
    'http://[::1]:1',
    'https://meta.example.com',
  ]) {
    assert.equal(connectionOf({ ...settings, apiUrl }).apiUrl, apiUrl.replace(/\/$/, ''))
  }
  for (const apiUrl of [
    'http://meta.example.com',
    'http://127.0.0.1.example.com',
    'ftp://127.0.0.1',
    'nowhere',
  ]) {
    assert.throws(() => connectionOf({ ...settings, apiUrl }), RollcallError)
  }
})

test('an ad account or version that cannot be right is refused before anything is sent', () => {
  for (const adAccount of ['1234567890', 'act_', 'act_12/../34', 'act_12 ']) {
    assert.throws(() => connectionOf({ ...settings, adAccount }), RollcallError)
  }
  assert.throws(() => connectionOf({ ...settings, apiVersion: '25' }), RollcallError)
})
