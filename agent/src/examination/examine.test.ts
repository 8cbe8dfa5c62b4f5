import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseFindings, type Finding } from '@fleetkey/domain/finding'
import { pathsBelow } from '../paths.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { followChecks } from './examination.ts'
import { examine, lookWithin } from './examine.ts'
import { openHost } from './open-host.ts'

const parts = { settings: DEFAULT_SETTINGS, paths: pathsBelow('/nonexistent') }

describe('an examination', () => {
  it('finds nothing but findings, whatever this machine is', async () => {
    for (const delivery of ['command', 'file', 'home', 'metadata'] as const) {
      for (const question of [{}, { osUser: 'root', address: '192.0.2.7' }]) {
        // oxlint-disable-next-line no-await-in-loop -- a few processes at a time
        const found = await examine(question, {
          ...parts,
          settings: { ...DEFAULT_SETTINGS, delivery },
        })
        assert.ok(found.length > 0)
        assert.deepEqual(parseFindings(found), found)
      }
    }
  })

  it('refuses a name that sshd would read as another question (user=root,addr=…)', async () => {
    const [found] = await examine({ osUser: 'alice,addr=10.0.0.1' }, parts)
    assert.equal(found?.cause, 'user-unknown')
  })

  it('says what it could not look at, and looks at the rest', async () => {
    const host = openHost({}, parts)
    const hangs = { name: 'command', look: () => new Promise<never>(() => {}) } as const
    const fails = {
      name: 'command',
      look: () => Promise.reject(new Error('EIO:\u001b[2J\nno')),
    } as const
    assert.match((await lookWithin(10, hangs, host))[0]?.says ?? '', /no answer within 0.01 s/)
    const failed = await lookWithin(10, fails, host)
    assert.equal(failed[0]?.state, 'unknown')
    assert.deepEqual(parseFindings(failed), failed)
  })
})

describe('an examination that somebody waits for', () => {
  const LOCKED: Finding = { check: 'account', state: 'bad', cause: 'user-locked', says: 'Locked.' }
  const FAILS: Finding = { check: 'command', state: 'bad', cause: 'command-failed', says: 'No.' }
  const FINE: Finding = { check: 'sshd-config', state: 'good', says: 'Fine.' }
  const found = (...findings: readonly Finding[]) => Promise.resolve(findings)
  const never = new Promise<never>(() => {})
  /** Longer than any test may take: what comes of it is a hang. */
  const NOT_REACHED_MS = 1_000_000

  it('tells the first cause as soon as nothing can come before it, and no later one', async () => {
    const checks = new Map([
      ['sshd-config', found(FINE)],
      ['account', found(LOCKED)],
      ['pam', never],
      ['command', found(FAILS)],
    ] as const)
    assert.deepEqual(await followChecks(checks).quick(NOT_REACHED_MS), {
      findings: [FINE, LOCKED],
      goesOn: false,
    })
  })

  it('keeps back a cause that another may yet come before', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly Finding[]>()
    const checks = new Map([
      ['sshd-config', found(FINE)],
      ['account', promise],
      ['command', found(FAILS)],
    ] as const)
    const examination = followChecks(checks)
    const { findings, goesOn } = await examination.quick(0)
    assert.ok(goesOn)
    assert.deepEqual(
      findings.map(({ check, state }) => `${check} ${state}`),
      ['sshd-config good', 'account unknown'],
    )
    resolve([LOCKED])
    assert.deepEqual(await examination.all(), [FINE, LOCKED, FAILS])
  })

  it('tells at once that there is none', async () => {
    const looked = await followChecks(new Map([['sshd-config', found(FINE)]] as const)).quick(
      NOT_REACHED_MS,
    )
    assert.deepEqual(looked, { findings: [FINE], goesOn: false })
  })
})
