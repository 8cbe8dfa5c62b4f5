import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { DeliveryFailed } from '../delivery.ts'
import { rewriteHomeFile } from './home-file.ts'

const ours = 'restrict,pty,expiry-time="20261122140600Z" ssh-ed25519 AAAA\n'
let home: string
let file: string
const account = () => ({
  name: 'alice',
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  comment: '',
  home,
})

/**
 * Who opens the file waits (fcntl(2), F_SETLEASE), for 45 s at most and then again. The first may go on: after the shell it is a program that the
 * shell has started, and outlives it.
 */
const HOLD_BACK = `
  open(F, '+<', $ARGV[0]);
  $| = 1;
  sub lease { 1 until fcntl(F, 1024, 1) }
  $SIG{IO} = sub { return if $seen++; fcntl(F, 1024, 2); lease() };
  lease();
  print 'held';
  sleep 60 while 1;
`

describe('authorized_keys of a home', () => {
  beforeEach(() => {
    home = fs.mkdtempSync(`${tmpdir()}/home-file-`)
    file = `${home}/.ssh/authorized_keys`
  })
  afterEach(() => fs.rmSync(home, { recursive: true }))

  it('is made, with its directory, as StrictModes wants it, and taken away again', async () => {
    await rewriteHomeFile(account(), ours)
    assert.ok(fs.readFileSync(file, 'utf8').includes(ours))
    assert.equal(fs.statSync(file).mode & 0o777, 0o600)
    assert.equal(fs.statSync(`${home}/.ssh`).mode & 0o777, 0o700)
    await rewriteHomeFile(account(), '')
    assert.deepEqual(fs.readdirSync(`${home}/.ssh`), [])
  })

  it('stays byte for byte, with its mode', async () => {
    const bytes = Buffer.from([...Array(256).keys()])
    fs.mkdirSync(`${home}/.ssh`)
    fs.writeFileSync(file, bytes, { mode: 0o644 })
    await rewriteHomeFile(account(), ours)
    assert.ok(fs.readFileSync(file, 'latin1').includes(ours))
    await rewriteHomeFile(account(), '')
    assert.deepEqual(fs.readFileSync(file), bytes)
    assert.equal(fs.statSync(file).mode & 0o777, 0o644)
    assert.deepEqual(fs.readdirSync(`${home}/.ssh`), ['authorized_keys'])
  })

  it('may be a link of its owner, and stays one', async () => {
    fs.mkdirSync(`${home}/.ssh`)
    fs.writeFileSync(`${home}/dotfile`, 'mine\n')
    fs.symlinkSync(`${home}/dotfile`, file)
    await rewriteHomeFile(account(), ours)
    assert.ok(fs.lstatSync(file).isSymbolicLink())
    assert.ok(fs.readFileSync(`${home}/dotfile`, 'utf8').includes(ours))
  })

  for (const [what, make] of [
    ['a fifo', () => spawnSync('mkfifo', [file])],
    ['a directory', () => fs.mkdirSync(file)],
    ['more than 1 MiB', () => fs.writeFileSync(file, Buffer.alloc(2 << 20, 'a'))],
  ] as const)
    it(`is refused when it is ${what}`, async () => {
      fs.mkdirSync(`${home}/.ssh`)
      make()
      await assert.rejects(rewriteHomeFile(account(), ours), DeliveryFailed)
    })

  it('is given up in time, whatever its owner does (would keep all others of the host waiting)', async () => {
    fs.mkdirSync(`${home}/.ssh`)
    fs.writeFileSync(file, 'mine\n')
    const holder = spawn('perl', ['-e', HOLD_BACK, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(holder.stdout, 'data')
      const write = async () => {
        // On a busy machine the owner may come too late the first time.
        for (;;) await rewriteHomeFile(account(), randomUUID(), { limitMs: 300 })
      }
      await assert.rejects(write(), /could not be read or written in time/)
    } finally {
      holder.kill('SIGKILL')
    }
  })

  it('is refused without a home, and none is made', async () => {
    fs.rmdirSync(home)
    await assert.rejects(rewriteHomeFile(account(), ours), /home of alice.* does not exist/)
    assert.equal(fs.existsSync(home), false)
    fs.mkdirSync(home)
  })
})
