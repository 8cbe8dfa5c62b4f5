import assert from 'node:assert/strict'
import { it } from 'node:test'
import { relyingPartyOf } from './relying-party.ts'

const at = (origin: string) => relyingPartyOf({ origin, foreign: undefined })?.id

it('is the very name of the console, over TLS or on this machine, and no address (browsers have no passkeys there)', () => {
  assert.equal(at('https://fleetkey.example.com:8443'), 'fleetkey.example.com')
  assert.equal(at('http://localhost:8080'), 'localhost')
  for (const none of ['https://192.0.2.7', 'https://[2001:db8::1]', 'http://console.example']) {
    assert.equal(at(none), undefined, none)
  }
  assert.equal(
    relyingPartyOf({ origin: 'https://a.example', foreign: 'of another site' }),
    undefined,
  )
})
