import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nearest } from './spelling.ts'

describe('nearest', () => {
  const words = ['ec2:osuser', 'ec2:SubnetID', 'aws:SourceIp', 'aws:SourceIdentity']
  it('finds what was meant', () => {
    assert.equal(nearest('ec2:osUsers', words), 'ec2:osuser')
    assert.equal(nearest('aws:SourcIp', words), 'aws:SourceIp')
    assert.equal(nearest('AWS:SOURCEIP', words), 'aws:SourceIp')
    assert.equal(nearest('ec2:osuesr', words), 'ec2:osuser')
  })
  it('guesses nothing far away, nor for endless words', () => {
    assert.equal(nearest('s3:prefix', words), undefined)
    assert.equal(nearest('', words), undefined)
    assert.equal(nearest('x'.repeat(100_000), ['x'.repeat(100_000)]), undefined)
  })
})
