import assert from 'node:assert/strict'
import { it } from 'node:test'
import { whyNone } from './passkey-places.ts'

const why = (text: string, isKnown = true) => whyNone(new URL(text), isKnown)

it('finds passkeys possible at names with TLS, and at localhost', () => {
  assert.equal(why('https://fleetkey.example.com:8443'), undefined)
  assert.equal(why('http://localhost:8443'), undefined)
})

it('says why there are none, and what would help', () => {
  assert.match(
    why('https://192.0.2.1:8443') ?? '',
    /at the address 192\.0\.2\.1\. Open .* its name/,
  )
  assert.match(why('https://[2001:db8::1]') ?? '', /at the address \[2001:db8::1\]/)
  assert.match(why('http://fleetkey.example.com') ?? '', /by https/)
  assert.match(why('https://fleetkey.example.com', false) ?? '', /does not trust the certificate/)
})
