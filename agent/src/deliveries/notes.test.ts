import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { openBootClock } from '../boot-clock.ts'
import { pathsBelow } from '../paths.ts'
import { takeNotes } from './notes.ts'

const fingerprint = `SHA256:${'A'.repeat(43)}`
const root = fs.mkdtempSync(`${tmpdir()}/notes-`)
const paths = pathsBelow(root)
const live = `${paths.notes}/live`
const other = `${paths.notes}/other`
const secondsAgo = (seconds: number) => openBootClock().now() - seconds * 100

describe('the notes of offers', () => {
  beforeEach(() => {
    fs.mkdirSync(paths.notes, { recursive: true })
    fs.writeFileSync(live, '')
    fs.writeFileSync(other, '')
  })
  afterEach(() => fs.rmSync(root, { recursive: true }))

  it('are taken once, oldest first, with the time on the wall clock', async () => {
    fs.writeFileSync(live, `${secondsAgo(1)} alice 1001 ${fingerprint}\n`)
    fs.writeFileSync(other, `${secondsAgo(5)} bob 1002 ${fingerprint}\n`)
    const notes = await takeNotes({ paths })
    assert.deepEqual(
      notes.map(({ osUser, uid, live: isLive }) => ({ osUser, uid, isLive })),
      [
        { osUser: 'bob', uid: 1002, isLive: false },
        { osUser: 'alice', uid: 1001, isLive: true },
      ],
    )
    assert.ok(Math.abs(Date.now() - 5000 - (notes[0]?.at ?? 0)) < 4000)
    assert.deepEqual(await takeNotes({ paths }), [])
  })

  it('are not lost when the helper has the file open already', async () => {
    fs.writeFileSync(other, `${secondsAgo(2)} bob 1002 ${fingerprint}\n`)
    const file = fs.openSync(other, 'a')
    const taken = takeNotes({ paths })
    setTimeout(() => fs.writeSync(file, `${secondsAgo(1)} bob 1002 ${fingerprint}\n`), 5)
    assert.equal((await taken).length, 2)
    fs.closeSync(file)
  })

  it('drops lines of another shape, from the future and cut off', async () => {
    const good = `${secondsAgo(1)} alice 1001 ${fingerprint}`
    fs.writeFileSync(
      live,
      [
        'x',
        '',
        `${good} more`,
        `${secondsAgo(-60)} alice 1001 ${fingerprint}`,
        `1 ../etc 1001 ${fingerprint}`,
        `1 alice -1 ${fingerprint}`,
        good,
        `1 alice 1001 SHA256:AAAA`,
        good.slice(0, -4),
      ].join('\n'),
    )
    assert.equal((await takeNotes({ paths })).length, 1)
  })

  for (const [what, make] of [
    ['a link to a secret', () => fs.symlinkSync('/etc/shadow', live)],
    ['a fifo', () => spawnSync('mkfifo', [live])],
    ['a directory', () => fs.mkdirSync(`${live}/below`, { recursive: true })],
    ['nothing', () => undefined],
    ['a file of 64 MiB', () => fs.writeFileSync(live, Buffer.alloc(64 << 20, '\n'))],
  ] as const)
    it(`is an empty file again after ${what}`, async () => {
      fs.rmSync(live)
      make()
      assert.deepEqual(await takeNotes({ paths }), [])
      assert.ok(fs.lstatSync(live).isFile())
      assert.equal(fs.statSync(live).size, 0)
    })

  it('are none without a directory', async () => {
    fs.rmSync(paths.notes, { recursive: true })
    assert.deepEqual(await takeNotes({ paths }), [])
  })
})
