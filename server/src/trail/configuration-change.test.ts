import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configurationChange, settingDigests } from './configuration-change.ts'

const before = {
  listen: { host: '::', port: 8443 },
  tls: 'off',
  egress: ['a'],
  launch: {},
  log: undefined,
}
const change = (after: object) =>
  configurationChange(settingDigests(before, 's'), settingDigests(after, 's'))

describe('a change of the configuration', () => {
  it('is none when all is as before', () => assert.equal(change({ ...before }), undefined))

  it('is told by the names of what changed, came and went', () => {
    const after = { listen: { host: '::', port: 443 }, egress: ['a', 'b'], launch: { url: 'x' } }
    assert.deepEqual(change(after), {
      changed: ['egress', 'listen.port'],
      added: ['launch.url'],
      removed: ['tls'],
    })
  })

  it('keeps no value', () => {
    const kept = JSON.stringify(settingDigests({ launch: { install: 'hunter2' } }, 's'))
    assert.ok(!kept.includes('hunter2'))
    assert.notEqual(kept, JSON.stringify(settingDigests({ launch: { install: 'hunter2' } }, 't')))
  })
})
