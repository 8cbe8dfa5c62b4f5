import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readFindings } from './diagnose.ts'
import { fixesFor } from './fixes.ts'

describe('readFindings', () => {
  it('reads a finding with its mend', () => {
    const [finding] = readFindings([
      {
        Check: 'sshd-running',
        State: 'bad',
        Says: 'sshd does not run.',
        Cause: 'sshd-not-running',
        Mend: { Says: 'Start it.', Commands: ['systemctl start ssh'], Fix: 'start-sshd' },
      },
    ])
    assert.deepEqual(finding, {
      check: 'sshd-running',
      state: 'bad',
      says: 'sshd does not run.',
      cause: 'sshd-not-running',
      mend: { says: 'Start it.', commands: ['systemctl start ssh'], fix: 'start-sshd' },
    })
  })

  it('does not take half of what was found for the whole', () => {
    assert.throws(
      () => readFindings([{ Check: 'policy', State: 'wonderful', Says: '' }]),
      /Load it again/,
    )
  })
})

describe('fixesFor', () => {
  it('names each fix of what is bad once, and none that there is not', () => {
    const bad = { check: 'c', state: 'bad', says: 's' } as const
    assert.deepEqual(
      fixesFor([
        { ...bad, mend: { says: 'm', fix: 'helper' } },
        { ...bad, mend: { says: 'm', fix: 'helper' } },
        { ...bad, mend: { says: 'm', fix: 'reboot' } },
        { ...bad, state: 'note', mend: { says: 'm', fix: 'permissions' } },
      ]),
      ['helper'],
    )
  })
})
