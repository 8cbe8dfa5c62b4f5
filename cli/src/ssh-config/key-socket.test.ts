import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, afterEach, describe, it } from 'node:test'
import { sessionBindRequest, SUCCESS_ANSWER } from '../ssh/agent-messages.ts'

const PROGRAM = new URL('key-socket.program.ts', import.meta.url).pathname
const hasSshAdd = spawnSync('ssh-add', ['-V']).error === undefined

describe(
  'the key socket of several connections',
  { skip: hasSshAdd ? false : 'no ssh-add' },
  () => {
    let folder: string
    let holders: Holder[]
    before(() => (folder = mkdtempSync(join(tmpdir(), 'fk-'))))
    after(() => rmSync(folder, { recursive: true }))
    beforeEach(() => (holders = []))
    afterEach(() => holders.forEach(({ child }) => child.kill('SIGKILL')))

    const start = async (signature: string) => {
      const holder = await startHolder(folder, signature)
      holders.push(holder)
      return holder
    }
    const keyAt = (path: string) =>
      spawnSync('ssh-add', ['-L'], { env: { SSH_AUTH_SOCK: path }, encoding: 'utf8' }).stdout.trim()
    /** What an ssh gets that says by its host's signature for which connection it asks. */
    const keyFor = (signature: string) => askAs(join(folder, 'shared'), signature)

    it('leads every connection to its own key, whoever is asked', async () => {
      const [a, b, c] = [await start('sig-a'), await start('sig-b'), await start('sig-c')]
      for (const holder of [a, b, c]) assert.equal(await keyFor(holder.signature), holder.key)
    })

    it('gives an ssh that does not say so (before 8.9) the key of the newest, which lives as long', async () => {
      await start('sig-a')
      const b = await start('sig-b')
      assert.match(keyAt(join(folder, 'shared')), new RegExp(`^${escaped(b.key)}`))
    })

    it('passes from one who leaves to one who stays, in any order, and goes with the last', async () => {
      const [a, b, c] = [await start('sig-a'), await start('sig-b'), await start('sig-c')]
      await c.leave()
      assert.equal(await keyFor('sig-a'), a.key)
      await a.leave()
      assert.equal(await keyFor('sig-b'), b.key)
      await b.leave()
      assert.deepEqual(readdirSync(folder), [])
    })

    it('has no moment without an answer while many come and go', async () => {
      const stays = await start('sig-stays')
      const coming = Array.from({ length: 6 }, async (_, number) => {
        const holder = await start(`sig-${number}`)
        await holder.leave()
      })
      let asked = 0
      let done = false
      const asking = (async () => {
        while (!done) {
          assert.equal(await keyFor('sig-stays'), stays.key)
          asked += 1
        }
      })()
      await Promise.all(coming)
      done = true
      await asking
      assert.ok(asked > 3)
    })

    it('survives one who was killed', async () => {
      const a = await start('sig-a')
      const b = await start('sig-b')
      const killed = await start('sig-c')
      killed.child.kill('SIGKILL')
      await new Promise((resolve) => killed.child.once('close', resolve))
      // The next who comes takes the path over, and the dead one's name is passed over.
      const d = await start('sig-d')
      assert.equal(await keyFor('sig-a'), a.key)
      await d.leave()
      assert.equal(await keyFor('sig-b'), b.key)
      await Promise.all([a.leave(), b.leave()])
    })
  },
)

interface Holder {
  readonly child: ChildProcess
  readonly signature: string
  readonly key: string
  leave(): Promise<void>
}

async function startHolder(folder: string, signature: string): Promise<Holder> {
  const child = spawn(process.execPath, [PROGRAM, folder, signature], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const key = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim()))
    child.once('close', () => reject(new Error('the holder ended')))
  })
  return {
    child,
    signature,
    key,
    async leave() {
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.stdin.end()
      await closed
    },
  }
}

/** Speaks as ssh does: binds, then asks for the keys. Answers with the first, as `type base64`. */
async function askAs(path: string, signature: string): Promise<string> {
  const socket = connect(path)
  try {
    const chunks = socket[Symbol.asyncIterator]()
    socket.write(sessionBindRequest(Buffer.from(signature)))
    const bound = await chunks.next()
    assert.ok(!bound.done && SUCCESS_ANSWER.equals(bound.value), 'bound')
    socket.write(Buffer.from([0, 0, 0, 1, 11]))
    const answer = await chunks.next()
    assert.ok(!answer.done)
    const list = answer.value as Buffer
    // Length, type, number of keys, length of the first.
    const blob = list.subarray(13, 13 + list.readUInt32BE(9))
    return `ssh-ed25519 ${blob.toString('base64')}`
  } finally {
    socket.destroy()
  }
}

function escaped(text: string): string {
  return text.replace(/[+/]/g, '\\$&')
}
