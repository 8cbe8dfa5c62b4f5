import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleInstance } from '../views/instances/testing/sample-instance.ts'
import { concernsOf, isOlder } from './fleet-health.ts'
import { groupHosts, groupingKeys, layOut, SITE, tileAt } from './map-layout.ts'

const hosts = (count: number, change: (index: number) => Parameters<typeof sampleInstance>[0]) =>
  Array.from({ length: count }, (_, index) =>
    sampleInstance({ instanceId: `i-${index}`, ...change(index) }),
  )

describe('the map of hosts', () => {
  it('groups by site or tag, in the order of names, those without it last', () => {
    const instances = [
      sampleInstance({ tags: { Name: 'web-10', env: 'prod' } }),
      sampleInstance({ tags: { Name: 'web-9', env: 'prod' } }),
      sampleInstance({ tags: { Name: 'db-1' } }),
      sampleInstance({ tags: { Name: 'old', env: 'dev' }, state: 'terminated' }),
    ]
    const names = groupHosts(instances, 'env').map(({ name, hosts: members }) => [
      name,
      members.map(({ instance }) => instance.name),
    ])
    assert.deepEqual(names, [
      ['prod', ['web-9', 'web-10']],
      ['–', ['db-1']],
    ])
    assert.deepEqual(
      groupHosts(instances, SITE).map(({ name }) => name),
      ['default'],
    )
  })
  it('fits a window, on a phone too, with tiles as large as can be', () => {
    const sizes = (width: number) =>
      [3, 300, 5000].map((count) => {
        const { size, height } = layOut(
          groupHosts(
            hosts(count, () => ({})),
            SITE,
          ),
          width,
        )
        assert.ok(height <= 480, `${count} in ${width}: ${height}`)
        return size
      })
    assert.deepEqual(sizes(900), [26, 26, 6])
    assert.deepEqual(sizes(300), [26, 12, 4])
  })
  it('offers tags that group something', () => {
    const instances = hosts(4, (index) => ({
      tags: { Name: `web-${index}`, env: index % 2 === 0 ? 'prod' : 'dev', serial: `${index}` },
    }))
    assert.deepEqual(groupingKeys(instances), ['env'])
  })
  it('gives every host a tile of its own within the width, and finds it again there', () => {
    for (const count of [3, 300, 5000]) {
      const groups = groupHosts(
        hosts(count, (index) => ({ site: `site-${index % 3}` })),
        SITE,
      )
      const layout = layOut(groups, 900)
      assert.equal(layout.tiles.length, count)
      assert.equal(new Set(layout.tiles.map(({ x, y }) => `${x} ${y}`)).size, count)
      assert.ok(layout.tiles.every(({ x }) => x + layout.size <= 900))
      assert.ok(layout.tiles.every(({ y }) => y + layout.size <= layout.height))
      const tile = layout.tiles.at(-1)
      assert.ok(tile)
      assert.equal(tileAt(layout, tile.x + 1, tile.y + 1), tile)
    }
    assert.equal(tileAt(layOut([], 900), 1, 1), undefined)
  })
})

describe('what needs attention', () => {
  it('is what is lost first, then what stops logins, then what could be better', () => {
    const instances = [
      sampleInstance({ instanceId: 'i-old', facts: { agentVersion: '0.9.0' } }),
      sampleInstance({
        instanceId: 'i-open',
        facts: { agentVersion: '0.10.0', lock: { kind: 'open', ways: ['password'] } },
      }),
      sampleInstance({
        instanceId: 'i-full',
        facts: { agentVersion: '0.10.0', problems: ['/run is full'] },
      }),
      sampleInstance({ instanceId: 'i-lost', state: 'stopped' }),
      sampleInstance({ instanceId: 'i-well', facts: { agentVersion: '0.10.0' } }),
    ]
    assert.deepEqual(
      concernsOf(instances).map(({ instance, kind }) => [instance.instanceId, kind]),
      [
        ['i-lost', 'lost'],
        ['i-full', 'problems'],
        ['i-open', 'not-locked'],
        ['i-old', 'old-agent'],
      ],
    )
  })
  it('compares versions by their numbers', () => {
    assert.ok(isOlder('0.9.1', '0.10.0'))
    assert.ok(!isOlder('1.0.0', '1.0'))
    assert.ok(!isOlder('someone’s own', '1.0.0'))
  })
})
