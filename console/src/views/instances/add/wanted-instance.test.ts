import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tokenRequest, wantedProblem, type WantedInstance } from './wanted-instance.ts'

const wanted: WantedInstance = {
  name: 'web-1',
  tags: [{ key: 'Env', value: 'prod' }],
  site: 'berlin',
  groups: { kind: 'none' },
  lifeSeconds: 900,
  server: 'https://fleetkey.example.com:8443',
}

describe('tokenRequest', () => {
  it('has name and site as tags', () => {
    assert.deepEqual(tokenRequest(wanted), {
      Tags: [
        { Key: 'Name', Value: 'web-1' },
        { Key: 'Site', Value: 'berlin' },
        { Key: 'Env', Value: 'prod' },
      ],
      ExpiresInSeconds: 900,
    })
    assert.deepEqual(tokenRequest({ ...wanted, name: '', site: 'default', tags: [] }), {
      Tags: [],
      ExpiresInSeconds: 900,
    })
  })
})

describe('wantedProblem', () => {
  it('says what would be refused', () => {
    assert.equal(wantedProblem(wanted), undefined)
    assert.match(wantedProblem({ ...wanted, name: 'a<b' }) ?? '', /value of tag Name/)
    assert.match(
      wantedProblem({ ...wanted, tags: [{ key: 'site', value: 'lima' }] }) ?? '',
      /differs in case only/,
    )
    assert.match(wantedProblem({ ...wanted, server: 'x' }) ?? '', /Write it like/)
    const from = (range: string) => {
      const groups = { kind: 'new', source: { from: 'custom', range }, isEnforced: false } as const
      return wantedProblem({ ...wanted, groups })
    }
    assert.equal(from('192.0.2.0/24'), undefined)
    assert.match(from('192.0.2.1/24') ?? '', /Bits are set behind its prefix/)
    const groupIds = Array.from({ length: 17 }, (_, at) => `sg-${at}`)
    const tooMany = wantedProblem({ ...wanted, groups: { kind: 'existing', groupIds } })
    assert.match(tooMany ?? '', /up to \d+ groups/)
  })
})
