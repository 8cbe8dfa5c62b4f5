import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseFindings } from '@fleetkey/domain/finding'
import { pathsBelow } from '../paths.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
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
