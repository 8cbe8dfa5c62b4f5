import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import {
  availabilityZoneIdOf,
  availabilityZoneOf,
  securityGroupIdOf,
  siteOf,
  subnetIdOf,
  vpcIdOf,
} from './site.ts'

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')
const DEPLOYMENT = '6f1c1f0e-0000-4000-8000-000000000000'

describe('a site', () => {
  it('is what the tag Site says', () => {
    assert.equal(siteOf({ Name: 'web-1', Site: 'berlin' }), 'berlin')
  })

  it('is the default without the tag, and with an empty one', () => {
    assert.equal(siteOf({}), 'default')
    assert.equal(siteOf({ Site: '' }), 'default')
  })

  it('knows its tag by case, as EC2 does', () => {
    assert.equal(siteOf({ site: 'berlin' }), 'default')
  })

  for (const [kind, idOf] of Object.entries({
    vpc: vpcIdOf,
    subnet: subnetIdOf,
    sg: securityGroupIdOf,
  })) {
    it(`has a ${kind} id of EC2's shape that stays`, () => {
      const id = idOf(DEPLOYMENT, 'berlin', sha256Hex)
      assert.match(id, new RegExp(`^${kind}-[0-9a-f]{17}$`))
      assert.equal(idOf(DEPLOYMENT, 'berlin', sha256Hex), id)
    })

    it(`shares its ${kind} id with no other site and no other deployment`, () => {
      const ids = [
        idOf(DEPLOYMENT, 'berlin', sha256Hex),
        idOf(DEPLOYMENT, 'Berlin', sha256Hex),
        idOf(DEPLOYMENT, 'default', sha256Hex),
        idOf('other', 'berlin', sha256Hex),
      ]
      assert.equal(new Set(ids).size, ids.length)
    })
  }

  it('has digits of its own in each kind of id (one would else give away the other)', () => {
    const digits = [vpcIdOf, subnetIdOf, securityGroupIdOf].map((idOf) =>
      idOf(DEPLOYMENT, 'berlin', sha256Hex).split('-').at(1),
    )
    assert.equal(new Set(digits).size, 3)
  })
})

describe('the zone of a region', () => {
  it('is its first', () => {
    assert.equal(availabilityZoneOf('on-prem-1'), 'on-prem-1a')
  })

  it('has an id as AWS makes them', () => {
    const ids = {
      'us-east-1': 'use1-az1',
      'eu-central-1': 'euc1-az1',
      'ap-northeast-2': 'apne2-az1',
      'us-gov-west-1': 'usgw1-az1',
      'on-prem-1': 'onp1-az1',
    }
    for (const [region, id] of Object.entries(ids)) assert.equal(availabilityZoneIdOf(region), id)
  })
})
