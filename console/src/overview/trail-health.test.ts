import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { trailLines, type TrailStatusAnswer } from './trail-health.ts'

const NOW = 1_800_000_000
const answer = (change: Partial<TrailStatusAnswer['Fleetkey']> = {}, error?: string) => ({
  ...(error !== undefined && { LatestDigestDeliveryError: error }),
  Fleetkey: {
    Head: { Seq: 1234 },
    Digest: { Number: 7, EndTime: NOW - 200, LastSeq: 1200 },
    Destinations: [],
    ...change,
  },
})
const lines = (...given: Parameters<typeof answer>) =>
  trailLines(answer(...given), NOW).map(({ label, status, says }) => [label, status, says])

describe('trailLines', () => {
  it('says how far the trail is signed, and that there is no copy', () => {
    assert.deepEqual(lines(), [
      ['Records', 'success', '1,234'],
      ['Last digest', 'success', 'Digest 7, to record 1,200'],
      ['Copies elsewhere', 'info', 'None: set trail.export or trail.anchors.'],
    ])
  })
  it('warns of a digest that is late, and says what keeps it', () => {
    const late = { Digest: { Number: 7, EndTime: NOW - 3600, LastSeq: 1200 } }
    assert.equal(lines(late)[1]?.[1], 'warning')
    assert.deepEqual(lines({}, 'the disk is full')[1], ['Last digest', 'error', 'the disk is full'])
    assert.equal(
      trailLines({ Fleetkey: { Head: { Seq: 0 }, Destinations: [] } }, NOW)[1]?.status,
      'info',
    )
  })
  it('warns of a disk before it is full', () => {
    const Disks = [
      { Holds: ['database', 'recordings'], Bytes: 1e11, FreeBytes: 5e10 },
      { Holds: ['database'], Bytes: 1e11, FreeBytes: 5e9 },
      { Holds: ['recordings'], Bytes: 1e11, FreeBytes: 0 },
    ]
    assert.deepEqual(lines({ Disks }).slice(2, 5), [
      ['Disk of database and recordings', 'success', '50 % used, 50.0 GB free'],
      ['Disk of database', 'warning', '95 % used, 5.0 GB free'],
      ['Disk of recordings', 'error', '100 % used, 0 B free'],
    ])
  })
  it('says of each receiver whether it has all', () => {
    assert.deepEqual(
      lines({
        Destinations: [
          { Destination: '/backup' },
          { Destination: 's3', LatestError: 'no such bucket' },
        ],
        Streams: [
          { Name: 'siem', Behind: 3000 },
          { Name: 'other', Behind: 1 },
        ],
      }).slice(2),
      [
        ['/backup', 'success', 'Up to date'],
        ['s3', 'error', 'no such bucket'],
        ['Stream siem', 'success', '3,000 records behind'],
        ['Stream other', 'success', '1 record behind'],
      ],
    )
  })
})
