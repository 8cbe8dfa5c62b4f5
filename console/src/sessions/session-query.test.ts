import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sessionQueryOf } from './session-query.ts'

const token = (propertyKey: string, value: string, operator = '=') => ({
  propertyKey,
  operator,
  value,
})
const and = (...tokens: ReturnType<typeof token>[]) => sessionQueryOf({ operation: 'and', tokens })

describe('what the server looks for of a filter of sessions', () => {
  it('is what is told exactly', () => {
    assert.deepEqual(
      and(
        token('who', 'ann'),
        token('osUser', 'root'),
        token('instanceName', 'web-1'),
        token('instanceId', 'i-0123456789abcdef0'),
        token('method', 'publickey'),
      ),
      {
        UserName: 'ann',
        InstanceOSUser: 'root',
        Tags: [{ Key: 'Name', Value: 'web-1' }],
        InstanceId: 'i-0123456789abcdef0',
      },
    )
  })

  it('is nothing that would leave out what fits', () => {
    assert.deepEqual(and(token('who', 'ann', ':'), token('osUser', 'root', '!=')), {})
    const either = [token('who', 'ann'), token('osUser', 'root')]
    assert.deepEqual(sessionQueryOf({ operation: 'or', tokens: either }), {})
  })

  it('is nothing that it would refuse to look for', () => {
    assert.deepEqual(and(token('who', 'a b'), token('instanceId', 'i-0'), token('osUser', '')), {})
  })

  it('is the first of two that contradict each other', () => {
    assert.deepEqual(and(token('who', 'ann'), token('who', 'bob')), { UserName: 'ann' })
  })
})
