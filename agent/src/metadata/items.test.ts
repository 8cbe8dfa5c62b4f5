import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findItem, metadataItems, type Shown } from './items.ts'

const SHOWN: Shown = {
  instanceId: 'i-0123456789abcdef0',
  hostname: 'web-1',
  address: '192.0.2.7',
  place: {
    region: 'on-prem-1',
    availabilityZone: 'on-prem-1a',
    availabilityZoneId: 'onp1-az1',
    partition: 'aws',
    domain: 'amazonaws.com',
  },
  signer: { fingerprint: 'AB'.repeat(20), chain: 'PEM\n', staple: 'c3RhcGxl' },
  keys: new Map([['ec2-user', '#Timestamp=1\n…\n\n']]),
}
const DATA = '/latest/meta-data'
const find = (path: string, changes: Partial<Shown> = {}) =>
  findItem(metadataItems({ ...SHOWN, ...changes }), path)

describe('instance metadata', () => {
  for (const [path, text] of [
    ['instance-id', 'i-0123456789abcdef0'],
    ['hostname', 'web-1'],
    ['local-hostname', 'web-1'],
    ['local-ipv4', '192.0.2.7'],
    ['placement/availability-zone', 'on-prem-1a'],
    ['placement/availability-zone-id', 'onp1-az1'],
    ['placement/region', 'on-prem-1'],
    ['services/domain', 'amazonaws.com'],
    ['services/partition', 'aws'],
    ['managed-ssh-keys/signer-cert', 'PEM\n'],
    ['managed-ssh-keys/signer-ocsp', 'AB'.repeat(20)],
    [`managed-ssh-keys/signer-ocsp/${'AB'.repeat(20)}`, 'c3RhcGxl'],
    ['managed-ssh-keys/active-keys/ec2-user', '#Timestamp=1\n…\n\n'],
  ] as const)
    it(`has ${path}, with and without a slash at its end`, () => {
      assert.equal(find(`${DATA}/${path}`), text)
      assert.equal(find(`${DATA}/${path}/`), text)
    })

  it('lists directories, those in them with a slash', () => {
    assert.equal(find('/'), 'latest/')
    assert.equal(find('/latest'), 'meta-data/')
    assert.equal(
      find(`${DATA}/`),
      'instance-id\nhostname\nlocal-hostname\nlocal-ipv4\nplacement/\nservices/\nmanaged-ssh-keys/',
    )
    assert.equal(find(`${DATA}/managed-ssh-keys`), 'active-keys/\nsigner-cert\nsigner-ocsp/')
    assert.equal(find(`${DATA}/managed-ssh-keys/active-keys/`), 'ec2-user')
    assert.equal(find(`${DATA}/managed-ssh-keys/active-keys`, { keys: new Map() }), '')
  })

  it('has nothing else: no role, no user data, no identity document, no key of another account', () => {
    for (const path of [
      '/latest/user-data',
      '/latest/dynamic/instance-identity/document',
      '/1.0/meta-data/instance-id',
      `${DATA}/iam/security-credentials/`,
      `${DATA}/managed-ssh-keys/active-keys/deploy/`,
      `${DATA}/managed-ssh-keys/signer-ocsp/${'ab'.repeat(20)}`,
      `${DATA}/instance-id/x`,
      `${DATA}/..`,
      `${DATA}/constructor`,
      `${DATA}/__proto__`,
    ])
      assert.equal(find(path), undefined, path)
  })

  it('has not what is not known yet', () => {
    assert.equal(find(`${DATA}/placement/region`, { place: undefined }), undefined)
    assert.equal(find(`${DATA}/managed-ssh-keys/`, { signer: undefined }), undefined)
    assert.equal(find(`${DATA}/local-ipv4`, { address: undefined }), undefined)
  })
})
