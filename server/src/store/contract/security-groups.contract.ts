import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCidr } from '@fleetkey/domain/cidr'
import {
  MAX_RULES_PER_GROUP,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@fleetkey/domain/security-group'
import { MAX_OBSERVED, type ObservedIngress } from '../security-group-store.ts'
import type { StoreUnderTest } from '../store.contract.ts'
import { changesRights, fresh, NOW } from './given.ts'

const cidr = (text: string) => parseCidr(text) ?? assert.fail(text)

function rule(change: Partial<SecurityGroupRule> = {}): SecurityGroupRule {
  return {
    ruleId: fresh('sgr-'),
    protocol: 'tcp',
    fromPort: 22,
    toPort: 22,
    source: { kind: 'cidr', cidr: cidr('10.0.0.0/8') },
    description: 'the office',
    tags: {},
    ...change,
  }
}

function group(change: Partial<SecurityGroup> = {}): SecurityGroup {
  return {
    groupId: fresh('sg-'),
    site: 'default',
    name: fresh('web-'),
    description: 'who reaches web hosts',
    createdAt: NOW,
    tags: { env: 'prod' },
    rules: [],
    ...change,
  }
}

const seen = (change: Partial<ObservedIngress> = {}): ObservedIngress => ({
  address: '192.0.2.9',
  port: 22,
  outcome: 'let-in',
  attempts: 2,
  firstAt: NOW,
  lastAt: NOW,
  ...change,
})

export function describeSecurityGroups(now: () => StoreUnderTest): void {
  describe('security groups', () => {
    const given = async (change: Partial<SecurityGroup> = {}) => {
      const row = group(change)
      assert.equal(await now().store.securityGroups.create(row), true)
      return row
    }

    it('keeps one as it was created, also when it is opened again, and that is a change of rights', async () => {
      const row = group({ rules: [rule(), rule({ source: { kind: 'grant' } })] })
      const create = () => now().store.securityGroups.create(row)
      assert.equal(await changesRights(now().store, create), true)
      await now().reopen()
      const { securityGroups } = now().store
      assert.deepEqual(await securityGroups.get(row.groupId), row)
      assert.deepEqual(
        (await securityGroups.list()).find(({ groupId }) => groupId === row.groupId),
        row,
      )
    })

    it('gives a site one of a name, and another site its own', async () => {
      const { securityGroups } = now().store
      const { name } = await given()
      assert.equal(await securityGroups.create(group({ name })), false)
      assert.equal(await securityGroups.create(group({ name, site: fresh('site-') })), true)
    })

    it('changes tags of a group and of a rule', async () => {
      const { store } = now()
      const { ruleId } = rule()
      const { groupId } = await given({ rules: [rule({ ruleId }), rule({ toPort: 23 })] })
      const { securityGroups } = store
      const change = { set: { a: '1' }, remove: [{ key: 'env' }] }
      assert.equal(
        await changesRights(store, () => securityGroups.changeTags(groupId, change)),
        true,
      )
      assert.equal(await securityGroups.changeRuleTags(ruleId, { set: { b: '2' } }), true)
      const found = await securityGroups.get(groupId)
      assert.deepEqual(found?.tags, { a: '1' })
      assert.deepEqual(
        found?.rules.map(({ tags }) => tags),
        [{ b: '2' }, {}],
      )
      assert.equal(await securityGroups.changeTags(fresh('sg-'), change), false)
      assert.equal(await securityGroups.changeRuleTags(fresh('sgr-'), change), false)
    })

    it('adds all rules or none, and no second that lets in the same', async () => {
      const { store } = now()
      const { securityGroups } = store
      const { groupId } = await given()
      const first = rule()
      assert.equal(
        await changesRights(store, () => securityGroups.addRules(groupId, [first])),
        true,
      )
      const added = await securityGroups.addRules(groupId, [rule({ toPort: 30 }), rule()])
      assert.equal(added, 'duplicate')
      assert.deepEqual((await securityGroups.get(groupId))?.rules, [first])
      assert.equal(await securityGroups.addRules(fresh('sg-'), [rule()]), 'unknown')
    })

    it('takes no more rules than a host can be told of', async () => {
      const { securityGroups } = now().store
      const rules = Array.from({ length: MAX_RULES_PER_GROUP }, (_, at) =>
        rule({ toPort: 22 + at }),
      )
      const { groupId } = await given({ rules })
      assert.equal(await securityGroups.addRules(groupId, [rule({ fromPort: 1 })]), 'full')
    })

    it('removes all rules that are named or none', async () => {
      const { securityGroups } = now().store
      const rules = [rule(), rule({ toPort: 23 }), rule({ toPort: 24 })]
      const { groupId } = await given({ rules })
      const [first = rule(), second = rule(), third = rule()] = rules
      assert.equal(
        await securityGroups.removeRules(groupId, [first.ruleId, fresh('sgr-')]),
        'unknown',
      )
      assert.equal(
        await securityGroups.removeRules(groupId, [first.ruleId, third.ruleId]),
        'removed',
      )
      assert.deepEqual((await securityGroups.get(groupId))?.rules, [second])
    })

    it('attaches groups in their order, in place of those before', async () => {
      const { store } = now()
      const { securityGroups } = store
      const instanceId = fresh('i-')
      const [one, two] = [await given(), await given()]
      const ids = [two.groupId, one.groupId]
      assert.equal(await changesRights(store, () => securityGroups.attach(instanceId, ids)), true)
      assert.deepEqual(await securityGroups.groupsOf(instanceId), [two, one])
      const all = await securityGroups.attachments()
      assert.deepEqual(
        all.find((attachment) => attachment.instanceId === instanceId),
        { instanceId, groupIds: ids },
      )
      assert.equal(await securityGroups.attach(instanceId, [fresh('sg-')]), false)
      assert.equal((await securityGroups.groupsOf(instanceId)).length, 2)
      assert.equal(await securityGroups.attach(instanceId, []), true)
      assert.deepEqual(await securityGroups.groupsOf(instanceId), [])
    })

    it('removes a group that no instance has, with what is left of instances that are gone', async () => {
      const { securityGroups } = now().store
      const { groupId } = await given()
      await securityGroups.attach(fresh('i-'), [groupId])
      assert.equal(await securityGroups.remove(groupId), 'removed')
      assert.equal(await securityGroups.get(groupId), undefined)
      assert.equal(await securityGroups.remove(groupId), 'unknown')
    })

    it('numbers what a host is told: the same again has its number, anything else a greater one', async () => {
      const { securityGroups } = now().store
      const instanceId = fresh('i-')
      assert.equal(await securityGroups.wasRevised(instanceId), false)
      const first = await securityGroups.revise(instanceId, 'a', NOW)
      assert.equal(first, NOW)
      assert.equal(await securityGroups.wasRevised(instanceId), true)
      assert.equal(await securityGroups.revise(instanceId, 'a', NOW + 5), first)
      const second = await securityGroups.revise(instanceId, 'b', NOW - 5)
      assert.equal(second, first + 1)
      assert.equal(await securityGroups.revise(instanceId, 'a', NOW - 5), second + 1)
    })

    it('adds up what hosts saw, each report once, the latest first', async () => {
      const { securityGroups } = now().store
      const instanceId = fresh('i-')
      const other = seen({ address: '2001:db8::1', outcome: 'cut', lastAt: NOW + 1 })
      await securityGroups.observe(instanceId, [seen(), other], 'one')
      const later = [seen({ firstAt: NOW + 2, lastAt: NOW + 2 })]
      await securityGroups.observe(instanceId, later, 'another')
      await securityGroups.observe(instanceId, later, 'another')
      assert.deepEqual(await securityGroups.observed(instanceId), [
        seen({ attempts: 4, lastAt: NOW + 2 }),
        other,
      ])
    })

    it('keeps the latest of many addresses (a scan would else fill the disk)', async () => {
      const { securityGroups } = now().store
      const instanceId = fresh('i-')
      const many = Array.from({ length: MAX_OBSERVED + 10 }, (_, at) =>
        seen({ address: `10.0.${at >> 8}.${at & 255}`, lastAt: NOW + at }),
      )
      await securityGroups.observe(instanceId, many, 'one')
      const kept = await securityGroups.observed(instanceId)
      assert.equal(kept.length, MAX_OBSERVED)
      assert.equal(kept[0]?.lastAt, NOW + MAX_OBSERVED + 9)
    })
  })
}
