import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseTable } from './table-told.ts'

/** As nft 1.0.6 tells it. */
const TOLD = {
  nftables: [
    { metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 } },
    { table: { family: 'inet', name: 'fleetkey', handle: 1 } },
    { set: { family: 'inet', name: 'opened4', elem: [{ elem: { val: '192.0.2.1' } }] } },
    {
      set: {
        family: 'inet',
        name: 'seen4',
        elem: [
          {
            elem: {
              val: { concat: ['192.0.2.9', 22] },
              expires: 3599,
              counter: { packets: 3, bytes: 180 },
            },
          },
        ],
      },
    },
    { set: { family: 'inet', name: 'seen6' } },
    { chain: { family: 'inet', table: 'fleetkey', name: 'ssh' } },
    { rule: { family: 'inet', table: 'fleetkey', chain: 'ssh', expr: [] } },
    { rule: { family: 'inet', table: 'fleetkey', chain: 'ssh', expr: [] } },
  ],
}

describe('what nft tells of our table', () => {
  it('is its rules, and whom none of them lets in', () => {
    assert.deepEqual(parseTable(TOLD), {
      rules: 2,
      wording: '[[],[]]',
      seen: [{ address: '192.0.2.9', port: 22, packets: 3 }],
    })
  })

  it('is nothing in any other shape', () => {
    for (const value of [undefined, null, [], {}, { nftables: 1 }]) {
      assert.equal(parseTable(value), undefined)
    }
    const odd = [1, { set: { name: 'seen4', elem: [1, { elem: { val: '192.0.2.9' } }] } }]
    assert.deepEqual(parseTable({ nftables: odd }), { rules: 0, wording: '[]', seen: [] })
  })
})
