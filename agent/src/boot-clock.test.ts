import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { openBootClock, parseUptime } from './boot-clock.ts'
import { BOOT_ID, scratchDirectory } from './testing/agent-parts.ts'

describe('parseUptime', () => {
  for (const [text, hundredths] of [
    ['0.00 0.00\n', 0],
    ['12345.67 54321.00\n', 1_234_567],
    ['4.29 1.00\n', 429], // 4.29 * 100 is 428.99… in floating point
    ['315360000.99 1.00\n', 31_536_000_099],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseUptime(text), hundredths))
  }
  for (const text of ['', '12.3 4.5\n', '-1.00 0.00\n', '1e3.00 0\n', '12.345 0\n', 'NaN 0\n']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseUptime(text)))
  }
})

describe('openBootClock', () => {
  it('never goes back, on this host', () => {
    const clock = openBootClock()
    assert.match(clock.bootId, /^[0-9a-f-]{36}$/)
    const before = clock.now()
    assert.ok(clock.now() >= before)
  })

  it('refuses a boot id that is none (an empty one would equal another empty one)', (test) => {
    const proc = scratchDirectory(test)
    mkdirSync(`${proc}/sys/kernel/random`, { recursive: true })
    const file = `${proc}/sys/kernel/random/boot_id`
    writeFileSync(file, '\n')
    assert.throws(() => openBootClock(proc))
    writeFileSync(file, `${BOOT_ID}\n`)
    assert.equal(openBootClock(proc).bootId, BOOT_ID)
  })
})
