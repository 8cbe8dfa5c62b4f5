import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCidr, type Cidr } from '@fleetkey/domain/cidr'
import { openEgress } from './egress.ts'
import { ipRanges } from './ip-ranges.ts'

const DAY = 24 * 3600 * 1000
const START = Date.parse('2026-11-26T09:30:00Z')

const ranges = (...texts: string[]): Cidr[] => texts.flatMap((text) => parseCidr(text) ?? [])

function place(...configured: string[]) {
  const kept = new Map<string, string>()
  const clock = { now: START }
  const warnings: string[] = []
  const open = (...texts: string[]) =>
    openEgress({
      settings: {
        get: (name) => Promise.resolve(kept.get(name)),
        set: async (name, value) => void kept.set(name, value ?? ''),
      },
      configured: ranges(...(texts.length > 0 ? texts : configured)),
      now: () => clock.now,
      log: { warn: (_facts, text) => warnings.push(text) },
    })
  return { open, clock, kept, warnings }
}

const texts = (listing: { readonly ranges: readonly Cidr[] }) =>
  listing.ranges.map(({ text }) => text)

describe('egress', () => {
  it('lists what is configured and what was seen, in one order', async () => {
    const egress = await place('203.0.113.0/24').open()
    egress.seen('10.9.0.1')
    egress.seen('fd77::1')
    egress.seen('10.8.0.1')
    assert.deepEqual(texts(egress.listing()), [
      '203.0.113.0/24',
      '10.8.0.1/32',
      '10.9.0.1/32',
      'fd77::1/128',
    ])
  })

  it('grows its token only when the list changes', async () => {
    const { open, clock } = place('203.0.113.1')
    const egress = await open()
    const first = egress.listing().syncToken
    assert.equal(first, START / 1000)
    clock.now += 60_000
    assert.equal(egress.listing().syncToken, first)
    egress.seen('10.9.0.1')
    const second = egress.listing().syncToken
    assert.equal(second, first + 60)
    egress.seen('::ffff:10.9.0.1')
    egress.seen('203.0.113.1')
    clock.now += DAY
    egress.seen('10.9.0.1')
    assert.equal(egress.listing().syncToken, second)
    // A clock that was set back must not make it smaller.
    clock.now = START - DAY
    egress.seen('10.9.0.2')
    assert.equal(egress.listing().syncToken, second + 1)
  })

  it('keeps both over a restart, and takes a changed configuration', async () => {
    const { open, clock } = place()
    const before = await open('203.0.113.1')
    before.seen('10.9.0.1')
    await before.settled()
    clock.now += 1000
    const after = await open('203.0.113.1')
    assert.deepEqual(after.listing(), before.listing())
    const changed = (await open('203.0.113.2')).listing()
    assert.deepEqual(texts(changed), ['203.0.113.2/32', '10.9.0.1/32'])
    assert.equal(changed.syncToken, before.listing().syncToken + 1)
  })

  it('drops an address that was not used for thirty days (a firewall would stay open for its next owner)', async () => {
    const { open, clock } = place()
    const egress = await open()
    egress.seen('10.9.0.1')
    egress.seen('10.9.0.2')
    clock.now += 20 * DAY
    egress.seen('10.9.0.2')
    clock.now += 11 * DAY
    assert.deepEqual(texts(egress.listing()), ['10.9.0.2/32'])
    assert.equal(egress.listing().syncToken, clock.now / 1000)
  })

  it('notes no address that another machine cannot see, and no text that is none', async () => {
    const egress = await place().open()
    for (const address of [
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '169.254.1.1',
      'fe80::1%eth0',
      'fe80::1',
      '0.0.0.0',
      '::',
      '',
      'localhost',
      '10.0.0.0/8',
    ]) {
      egress.seen(address)
    }
    assert.deepEqual(egress.listing().ranges, [])
  })

  it('is bounded: of very many addresses the latest are kept', async () => {
    const { open, clock } = place()
    const egress = await open()
    for (let host = 0; host < 200; host += 1) egress.seen(`10.0.0.${host}`)
    clock.now += DAY
    egress.seen('10.1.0.1')
    assert.equal(egress.listing().ranges.length, 64)
    assert.ok(texts(egress.listing()).includes('10.1.0.1/32'))
  })
})

describe('ip-ranges.json', () => {
  it('is as AWS writes it', () => {
    const listing = { ranges: ranges('203.0.113.0/24', 'fd77::1'), syncToken: START / 1000 }
    const place = {
      region: 'on-prem-1',
      service: 'EC2_INSTANCE_CONNECT',
      network_border_group: 'on-prem-1',
    }
    assert.deepEqual(ipRanges(listing, { region: 'on-prem-1' }), {
      syncToken: '1795685400',
      createDate: '2026-11-26-09-30-00',
      prefixes: [{ ip_prefix: '203.0.113.0/24', ...place }],
      ipv6_prefixes: [{ ipv6_prefix: 'fd77::1/128', ...place }],
    })
  })
})
