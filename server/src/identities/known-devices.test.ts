import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deviceCookie, shownDevices } from './device-cookie.ts'
import { createKnownDevices, KNOWN_DAYS } from './known-devices.ts'

const DAY_MS = 24 * 3_600_000
const ADA = 'AIDAAAAAAAAAAAAAAAADA'
const BOB = 'AIDAAAAAAAAAAAAAAABOB'
const clock = { now: 20_000 * DAY_MS }
const devices = createKnownDevices(Buffer.alloc(32, 1), () => clock.now)

const usersOf = (tokens: readonly string[]) => devices.known(tokens).map(({ userId }) => userId)

describe('a known device', () => {
  it('is of who has signed in from it, each that shares it', () => {
    const first = devices.remember(ADA, [])
    const both = devices.remember(BOB, first)
    assert.deepEqual(usersOf(both), [BOB, ADA])
    const again = devices.remember(ADA, both)
    assert.deepEqual(usersOf(again), [ADA, BOB], 'one of each')
    assert.notEqual(devices.known(again)[0]?.deviceId, devices.known(first)[0]?.deviceId)
  })

  it('is none with any character of it changed, of another deployment, or made up', () => {
    const [token = ''] = devices.remember(ADA, [])
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A'
      assert.deepEqual(usersOf([token.slice(0, at) + other + token.slice(at + 1)]), [], `${at}`)
    }
    const elsewhere = createKnownDevices(Buffer.alloc(32, 2), () => clock.now)
    assert.deepEqual(elsewhere.known([token]), [])
    for (const wrong of [
      '',
      token.slice(1),
      `${token}A`,
      token.replace(ADA, BOB),
      '...',
      'x'.repeat(9999),
    ]) {
      assert.deepEqual(usersOf([wrong]), [])
    }
  })

  it('is forgotten after half a year without signing in, and of more than four people', () => {
    const old = devices.remember(ADA, [])
    clock.now += KNOWN_DAYS * DAY_MS
    assert.deepEqual(usersOf(old), [ADA])
    clock.now += DAY_MS
    assert.deepEqual(usersOf(old), [])
    let kept: readonly string[] = []
    for (let at = 0; at < 6; at++) kept = devices.remember(`AIDAAAAAAAAAAAAAAAAA${at}`, kept)
    assert.deepEqual(
      usersOf(kept),
      [5, 4, 3, 2].map((at) => `AIDAAAAAAAAAAAAAAAAA${at}`),
    )
    assert.equal(usersOf([...kept, ...kept]).length, 4, 'and no more are looked at')
  })

  it('goes through the cookie, which no script reads and no other site sends', () => {
    const kept = devices.remember(BOB, devices.remember(ADA, []))
    const cookie = deviceCookie(kept)
    assert.match(cookie, /; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000$/)
    const [pair = ''] = cookie.split(';')
    assert.deepEqual(shownDevices(`a=b; ${pair}; __Host-fleetkey=x`), kept)
    assert.deepEqual(shownDevices('__Host-fleetkey=x'), [])
    assert.deepEqual(shownDevices(`${pair}; ${pair}`), [], 'two of the name')
    assert.deepEqual(shownDevices(`__Host-fleetkey-device=${'A'.repeat(2000)}`), [])
  })
})
