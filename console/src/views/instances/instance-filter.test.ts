import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  filterInstances,
  offerValues,
  suggestValues,
  type FilterToken,
  type InstanceFilter,
} from './instance-filter.ts'
import { sampleInstance } from './testing/sample-instance.ts'

const fleet = [
  sampleInstance({ instanceId: 'i-1', tags: { Name: 'Web-1', Env: 'prod' } }),
  sampleInstance({
    instanceId: 'i-2',
    tags: { Name: 'db-1', Env: 'staging', Site: 'berlin' },
    state: 'stopped',
    facts: { agentVersion: '0.10.0', lock: { kind: 'open', ways: ['passwords'] } },
  }),
  sampleInstance({
    instanceId: 'i-3',
    state: 'pending',
    tags: {},
    facts: { addresses4: [], addresses6: [], problems: ['sshd is not running'] },
  }),
]

function found(...tokens: readonly FilterToken[]): string {
  return idsOf({ operation: 'and', tokens })
}

function idsOf(filter: InstanceFilter): string {
  return filterInstances(fleet, filter)
    .map(({ instanceId }) => instanceId)
    .join(' ')
}

describe('filterInstances', () => {
  it('gives everything when nothing is looked for', () => {
    assert.equal(idsOf({ operation: 'and', tokens: [] }), 'i-1 i-2 i-3')
  })

  it('compares without case: host names have none', () => {
    assert.equal(found({ propertyKey: 'name', operator: '=', value: 'web-1' }), 'i-1')
    assert.equal(found({ propertyKey: 'tag:Env', operator: ':', value: 'PRO' }), 'i-1')
  })

  it('finds an address by any that the host reported', () => {
    assert.equal(found({ propertyKey: 'address', operator: '=', value: '192.0.2.7' }), 'i-1 i-2')
    assert.equal(found({ propertyKey: 'address', operator: '^', value: '2001:db8' }), 'i-1 i-2')
  })

  it('counts what has no value as not having it', () => {
    assert.equal(found({ propertyKey: 'tag:Env', operator: '!=', value: 'prod' }), 'i-2 i-3')
    assert.equal(found({ propertyKey: 'address', operator: '!:', value: '.' }), 'i-3')
  })

  it('takes any of several values', () => {
    const value = ['stopped', 'pending']
    assert.equal(found({ propertyKey: 'state', operator: '=', value }), 'i-2 i-3')
    assert.equal(found({ propertyKey: 'state', operator: '!=', value }), 'i-1')
  })

  it('orders versions as numbers: 0.10 is after 0.9', () => {
    assert.equal(found({ propertyKey: 'agent-version', operator: '<', value: '0.10' }), 'i-1 i-3')
    assert.equal(found({ propertyKey: 'agent-version', operator: '>=', value: '0.10.0' }), 'i-2')
  })

  it('looks for free text in everything, tags and group ids too', () => {
    assert.equal(found({ operator: ':', value: 'env=stag' }), 'i-2')
    assert.equal(found({ operator: ':', value: 'SG-1' }), 'i-1 i-2 i-3')
    assert.equal(found({ operator: '!:', value: 'berlin' }), 'i-1 i-3')
  })

  it('leaves out by free text what has it anywhere', () => {
    for (const [operator, without] of [
      ['=', '!='],
      [':', '!:'],
      ['^', '!^'],
    ] as const) {
      const fits = found({ operator, value: 'prod' })
      assert.equal(fits, 'i-1', operator)
      assert.equal(found({ operator: without, value: 'prod' }), 'i-2 i-3', without)
    }
  })

  it('wants all of the tokens, or one of them', () => {
    const tokens: readonly FilterToken[] = [
      { propertyKey: 'site', operator: '=', value: 'berlin' },
      { propertyKey: 'state', operator: '=', value: 'pending' },
    ]
    assert.equal(idsOf({ operation: 'and', tokens }), '')
    assert.equal(idsOf({ operation: 'or', tokens }), 'i-2 i-3')
  })

  it('shows nothing for a field that there is not (would show more than was asked for)', () => {
    assert.equal(found({ propertyKey: 'colour', operator: '!=', value: 'red' }), '')
  })

  it('does not take what every object has for a tag', () => {
    assert.equal(found({ propertyKey: 'tag:constructor', operator: ':', value: '' }), '')
  })
})

describe('suggestValues', () => {
  it('gives each value once, as people sort', () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      sampleInstance({ tags: { Name: `web-${at % 150}` } }),
    )
    const values = suggestValues(many, { fieldId: 'name', text: 'WEB' })
    assert.equal(values.length, 100)
    assert.deepEqual(values.slice(0, 3), ['web-0', 'web-1', 'web-2'])
    assert.deepEqual(suggestValues(fleet, { fieldId: 'tag:Env', text: '' }), ['prod', 'staging'])
  })
})

describe('offerValues', () => {
  const of = (fieldId: string, text = '') =>
    offerValues(fleet, { fieldId, text }).filter(({ propertyKey }) => propertyKey === fieldId)

  it('has the values of what is asked about, each once, also where they are always offered', () => {
    assert.deepEqual(
      of('tag:Env', 'pro').map(({ value }) => value),
      ['prod'],
    )
    assert.deepEqual(
      of('state').map(({ value }) => value),
      ['pending', 'running', 'stopped'],
    )
  })

  it('has the values of fields that have few while nothing is asked about', () => {
    const offered = offerValues(fleet, { fieldId: '', text: 'berl' })
    assert.ok(
      offered.some(({ propertyKey, value }) => propertyKey === 'site' && value === 'berlin'),
    )
    assert.ok(offered.every(({ propertyKey }) => propertyKey !== 'name'))
  })
})
