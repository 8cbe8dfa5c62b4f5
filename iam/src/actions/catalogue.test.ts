import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ACTIONS, findAction, findService, hasKey, SERVICES } from './catalogue.ts'
import { findKey } from './condition-keys.ts'

describe('the catalogue of actions', () => {
  it('names every action once, with its service', () => {
    const names = ACTIONS.map(({ name }) => name.toLowerCase())
    assert.equal(new Set(names).size, names.length)
    for (const { prefix, actions } of SERVICES) {
      for (const { name } of actions) assert.match(name, new RegExp(`^${prefix}:[A-Z][A-Za-z]+$`))
    }
  })
  it('knows every condition key that it names', () => {
    for (const { name, keys, resources } of ACTIONS) {
      for (const key of [...keys, ...resources.flatMap((resource) => resource.keys)]) {
        assert.ok(findKey(key), `${name}: ${key}`)
      }
    }
  })
  it('has resource types in ARN form', () => {
    for (const type of new Set(ACTIONS.flatMap(({ resources }) => resources))) {
      assert.match(type.arn, /^arn:\$\{Partition\}:[a-z0-9-]+:(\$\{Region\})?:(\$\{Account\})?:/)
      assert.ok(type.arn.split(':')[5]?.startsWith(`${type.name}/`), type.arn)
    }
  })
  it('finds by name in any letter case', () => {
    assert.equal(findAction('EC2-instance-connect:sendsshpublickey')?.access, 'Write')
    assert.equal(findAction('ec2-instance-connect:SendSSHPublicKeys'), undefined)
    assert.equal(findAction('constructor'), undefined)
    assert.equal(findService('IAM')?.prefix, 'iam')
    assert.equal(findService('s3'), undefined)
  })
})

describe('hasKey', () => {
  const has = (action: string, key: string) => {
    const found = findAction(action)
    assert.ok(found, action)
    return hasKey(found, key)
  }
  it('knows the keys of the action, of its resource and of every request', () => {
    assert.equal(has('ec2-instance-connect:SendSSHPublicKey', 'EC2:OSUser'), true)
    assert.equal(has('ec2-instance-connect:SendSSHPublicKey', 'aws:ResourceTag/Env'), true)
    assert.equal(has('ec2-instance-connect:SendSSHPublicKey', 'aws:ResourceTag/a/b'), true)
    assert.equal(has('ec2-instance-connect:SendSSHPublicKey', 'aws:SourceIp'), true)
  })
  it('knows what an action never has', () => {
    assert.equal(has('ec2-instance-connect:SendSerialConsoleSSHPublicKey', 'ec2:osuser'), false)
    assert.equal(has('ec2:DescribeInstances', 'aws:ResourceTag/Env'), false)
    assert.equal(has('ec2-instance-connect:SendSSHPublicKey', 'aws:ResourceTag/'), false)
    assert.equal(has('ec2-instance-connect:SendSSHPublicKey', 'aws:ResourceTag'), false)
  })
})
