import assert from 'node:assert/strict'
import { it } from 'node:test'
import { providerLabels, providersToOffer } from './provider-labels.ts'

const labels = (...pairs: (readonly [string, string])[]) =>
  providerLabels(pairs.map(([issuer, clientId]) => ({ issuer, clientId })))

it('names providers by as little as tells them apart', () => {
  assert.deepEqual(
    labels(
      ['https://accounts.example.com', 'a'],
      ['https://idp.example.com/realms/one', 'a'],
      ['https://idp.example.com/realms/two', 'a'],
      ['https://idp.example.com/realms/two', 'b'],
    ),
    [
      'accounts.example.com',
      'idp.example.com/realms/one',
      'idp.example.com/realms/two (a)',
      'idp.example.com/realms/two (b)',
    ],
  )
})

it('offers of a provider the client that was made for browsers, where there is one', () => {
  const cli = { issuer: 'https://a.example', clientId: 'cli' }
  const console = { issuer: 'https://a.example', clientId: 'console', hasSecret: true }
  const other = { issuer: 'https://b.example', clientId: 'cli' }
  assert.deepEqual(providersToOffer([cli, console, other]), [console, other])
})
