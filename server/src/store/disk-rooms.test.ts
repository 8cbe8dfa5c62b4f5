import assert from 'node:assert/strict'
import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import { diskRooms } from './disk-rooms.ts'

describe('diskRooms', () => {
  it('tells of each disk once, with all that is on it, and also where something is not made yet', async () => {
    const dir = tmpdir()
    const rooms = await diskRooms({ database: dir, recordings: dir, other: `${dir}/none/at/all` })
    assert.deepEqual(
      rooms.map(({ holds }) => holds),
      [['database', 'recordings', 'other']],
    )
    const [room] = rooms
    const { blocks, bsize } = statfsSync(dir)
    assert.ok(room !== undefined && room.bytes > 0 && room.bytes <= blocks * bsize)
    assert.ok(room.freeBytes <= room.bytes)
  })
})
