import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { changeInWords, isGain, type Change } from './preview-change.ts'

const change = (who: string, Before: Change['Before'], After: Change['After']): Change => ({
  PrincipalArn: who,
  InstanceId: 'i-1',
  InstanceOSUser: 'ops',
  Before,
  After,
})

describe('a change of who may log in', () => {
  it('is a gain also where it only depends on the moment', () => {
    assert.equal(isGain(change('a', 'denied', 'conditional')), true)
    assert.equal(isGain(change('a', 'allowed', 'conditional')), false)
  })

  it('is told in numbers', () => {
    const changes = [
      change('a', 'denied', 'allowed'),
      change('a', 'denied', 'conditional'),
      change('b', 'allowed', 'denied'),
    ]
    assert.equal(
      changeInWords(changes, 3),
      '1 principal would gain 2 logins, 1 principal would lose 1 login.',
    )
    assert.match(changeInWords(changes, 10), /and 7 more change\.$/)
    assert.equal(changeInWords([], 0), 'Nobody would gain or lose a login.')
  })
})
