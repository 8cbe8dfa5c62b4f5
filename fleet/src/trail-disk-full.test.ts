import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fleetkey, fleetkeyJson } from './fleetkey.ts'
import { pushKey } from './push-key.ts'
import { mustRun, runProgram, type ProgramResult } from './run-program.ts'
import { generateKey, ssh, type KeyPair } from './ssh.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'
import { until } from './until.ts'

// A real server whose disk fills up, a real agent and a real sshd. What else can befall a disk: server/src/trail/disk-trouble.test.ts.

const FLAGS = ['--os-user', 'deploy', '--public-key'] as const
const TRY_AGAIN = 75
const CAUSE_FOUND = 93

describe('a server whose disk is full', { skip: whyNoHosts() ?? false, timeout: 120_000 }, () => {
  let disk: string
  let fleet: TestFleet
  let key: KeyPair
  before(async () => {
    disk = await mkdtemp('/var/tmp/fleetkey-disk-')
    await mustRun(['mount', '-t', 'tmpfs', '-o', 'size=16m', 'fleetkey-test', disk])
    const serverSettings = { database: `sqlite:${join(disk, 'fleetkey.db')}` }
    fleet = await openTestFleet({ hosts: { web: {} }, serverSettings })
    key = await generateKey(fleet.dir, 'ed25519', 'key')
  })
  after(async () => {
    await fleet?.close()
    await runProgram(['umount', '--lazy', disk])
    await rm(disk, { recursive: true, force: true })
  })

  const push = () => {
    const argv = ['send-key', hostOf(fleet, 'web').instanceId, ...FLAGS, `${key.identityFile}.pub`]
    return fleetkey(argv, { env: fleet.plane.root })
  }
  const login = () =>
    ssh(hostOf(fleet, 'web').host, {
      user: 'deploy',
      identityFile: key.identityFile,
      command: 'true',
    })
  /** The trail as its file has it. */
  const recorded = async () => {
    const file = join(fleet.dir, `${randomUUID()}.jsonl`)
    await fleetkey(['trail', 'export', file], { env: fleet.plane.root })
    return await readFile(file, 'utf8')
  }

  it('pushes nothing, says what to do, shows the fleet, and goes on by itself when there is room', async () => {
    await runProgram(['dd', 'if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4k'])
    // What is left of the last page of the log may hold one more.
    let refused: ProgramResult | undefined
    for (let tries = 0; refused === undefined && tries < 20; tries++) {
      const done = await push()
      if (done.code !== 0) refused = done
    }
    assert.ok(refused)
    assert.equal(refused.code, TRY_AGAIN, refused.stderr)
    assert.match(
      refused.stderr,
      /trail cannot be written now, so nothing is let through\. Try again/,
    )
    key = await generateKey(fleet.dir, 'ed25519', 'never-let-through')
    assert.equal((await push()).code, TRY_AGAIN)
    assert.equal((await login()).code, 255)
    const listed = await fleetkeyJson(['instances'], { env: fleet.plane.root })
    assert.equal((listed as readonly object[]).length, 1)
    const doctor = await fleetkey(['doctor', hostOf(fleet, 'web').instanceId], {
      env: fleet.plane.root,
    })
    assert.equal(doctor.code, CAUSE_FOUND, doctor.stderr)
    assert.match(doctor.stdout + doctor.stderr, /because the check trail found it/)
    // What its host has seen meanwhile waits: its link stays.
    assert.match(doctor.stdout, /Its agent is connected since/)

    await rm(join(disk, 'ballast'))
    await until('a push goes through', async () => (await push()).code === 0, 30_000)
    await pushKey(fleet.plane, hostOf(fleet, 'web'), 'deploy', key)
    assert.equal((await login()).code, 0)
    await until(
      'what was refused is on record',
      async () => (await recorded()).includes('recordedLate'),
      30_000,
    )
    const { code, stderr } = await fleetkey(['trail', 'verify'], { env: fleet.plane.root })
    assert.equal(code, 0, stderr)
  })
})
