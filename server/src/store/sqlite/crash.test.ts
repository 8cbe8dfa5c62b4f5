import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { checkedTrail } from '../contract/trail.contract.ts'
import { scopedFolder, scopedStore } from './scoped.ts'

/** More in `crash.long.test.ts`. */
const KILLS = Number(process.env['KILLS'] ?? 2)
const MOST_RECORDS_BEFORE_KILL = 1200
const APPEND_FOR_EVER = join(import.meta.dirname, 'append-for-ever.ts')

describe('a crash of the process', () => {
  it(`loses no acknowledged record to ${KILLS} kill -9 under load`, async () => {
    using folder = scopedFolder()
    const file = join(folder.path, 'fleetkey.db')
    const acknowledged = new Map<number, string>()
    for (let kill = 0; kill < KILLS; kill++) {
      const after = 1 + Math.floor(Math.random() * MOST_RECORDS_BEFORE_KILL)
      await acknowledgedUntilKilled({ file, after, acknowledged })
      await assertAllThere(file, acknowledged)
    }
    assert.ok(acknowledged.size >= KILLS)
    assert.equal(integrity(file), 'ok')
  })

  const canFail = spawnSync('strace', ['-V']).status === 0
  const skip = canFail ? false : 'NOT TESTED: strace is not installed, so no fsync can be made fail'
  it(
    'acknowledges nothing while fsync fails, and goes on when it works again',
    { skip },
    async () => {
      using folder = scopedFolder()
      const file = join(folder.path, 'fleetkey.db')
      const child = spawn(process.execPath, [APPEND_FOR_EVER, file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const acknowledged = new Map<number, string>()
      const until = async (isIt: (line: string) => boolean) => {
        for (;;) {
          const { value: line, done } = await lines.next()
          if (done) assert.fail('it ended')
          if (!line.startsWith('#')) acknowledged.set(...parseLine(line))
          if (isIt(line)) return
        }
      }
      try {
        await until(() => acknowledged.size > 500)
        const failing = ['-qq', '-o', '/dev/null', '-f', '-p', String(child.pid)]
        const inject = ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO']
        const strace = spawn('strace', [...failing, ...inject], { stdio: 'inherit' })
        const detached = once(strace, 'exit')
        await until((line) => line === '# lost')
        const known = acknowledged.size
        // It has tried to open it anew, and could not.
        await until((line) => line === '# not yet')
        assert.equal(acknowledged.size, known)
        strace.kill('SIGTERM')
        await detached
        await until((line) => line === '# back')
        assert.equal(acknowledged.size, known)
        await until(() => acknowledged.size > known + 500)
      } finally {
        child.kill('SIGKILL')
      }
      await once(child, 'close')
      await assertAllThere(file, acknowledged)
    },
  )
})

interface Load {
  readonly file: string
  /** Killed once it has acknowledged so many. */
  readonly after: number
  readonly acknowledged: Map<number, string>
}

async function acknowledgedUntilKilled({ file, after, acknowledged }: Load): Promise<void> {
  const child = spawn(process.execPath, [APPEND_FOR_EVER, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  let count = 0
  for await (const line of createInterface({ input: child.stdout })) {
    // The last line may be cut off in the middle.
    if (/^\d+ [0-9a-f]{64}$/.test(line)) acknowledged.set(...parseLine(line))
    if (++count === after) child.kill('SIGKILL')
  }
  assert.deepEqual(await gone, [null, 'SIGKILL'])
}

function parseLine(line: string): [seq: number, hash: string] {
  const [seq = '', hash = ''] = line.split(' ')
  return [Number(seq), hash]
}

async function assertAllThere(file: string, acknowledged: Map<number, string>): Promise<void> {
  await using store = await scopedStore({ file })
  const stored = new Map((await checkedTrail(store)).map(({ seq, hash }) => [seq, hash]))
  for (const [seq, hash] of acknowledged) assert.equal(stored.get(seq), hash, `record ${seq}`)
}

function integrity(file: string): unknown {
  using db = new DatabaseSync(file, { readOnly: true })
  return db.prepare('pragma integrity_check').get()?.['integrity_check']
}
