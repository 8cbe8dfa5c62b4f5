import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_OBSERVATIONS } from '@fleetkey/wire/agent/ingress-observation'
import { Sightings } from './sightings.ts'

const seen = (packets: number, address = '192.0.2.9') => ({ address, port: 22, packets })
const HOUR = 3_600_000

describe('sightings', () => {
  it('tell what is new since the last report, once it is durable', () => {
    const sightings = new Sightings()
    sightings.count([seen(3)], 'let-in')
    const first = sightings.report(0)
    assert.deepEqual(first?.observations, [
      { address: '192.0.2.9', port: 22, outcome: 'let-in', attempts: 3 },
    ])
    sightings.count([seen(5)], 'let-in')
    assert.equal(sightings.report(HOUR), first, 'said again until it is durable')
    sightings.stored(['another'])
    assert.equal(sightings.report(HOUR), first)
    sightings.stored([first?.receiptId ?? ''])
    assert.equal(sightings.report(HOUR)?.observations[0]?.attempts, 2)
  })

  it('say nothing where nothing is new', () => {
    const sightings = new Sightings()
    sightings.count([seen(3)], 'let-in')
    sightings.stored([sightings.report(0)?.receiptId ?? ''])
    sightings.count([seen(3)], 'let-in')
    assert.equal(sightings.report(HOUR), undefined)
  })

  it('tell what is cut from what would be, and count anew whom the kernel forgot', () => {
    const sightings = new Sightings()
    sightings.count([seen(3)], 'let-in')
    sightings.count([seen(4)], 'cut')
    sightings.count([], 'cut')
    sightings.count([seen(2)], 'cut')
    const told = sightings.report(0)?.observations.map(({ outcome, attempts }) => {
      return [outcome, attempts]
    })
    assert.deepEqual(told, [
      ['let-in', 3],
      ['cut', 3],
    ])
  })

  it('come rarer while there is always something to tell (a scan of days is no flood of records)', () => {
    const sightings = new Sightings()
    let reports = 0
    for (let second = 0; second < 24 * 3600; second += 5) {
      sightings.count([seen(second + 1)], 'cut')
      const report = sightings.report(second * 1000)
      if (report === undefined) continue
      reports++
      sightings.stored([report.receiptId])
    }
    assert.ok(reports > 100 && reports < 160, String(reports))
  })

  it('stay within one message, whoever scans', () => {
    const sightings = new Sightings()
    const many = Array.from({ length: 256 }, (_, at) => seen(1, `2001:db8::${at.toString(16)}`))
    sightings.count(many, 'cut')
    assert.equal(sightings.report(0)?.observations.length, MAX_OBSERVATIONS)
  })
})
