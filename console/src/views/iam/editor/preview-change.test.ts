import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  changeInWords,
  linesOf,
  untriedInWords,
  type Change,
  type Preview,
} from './preview-change.ts'

const change = (who: string, Before: Change['Before'], After: Change['After'], host = 'web-1') => ({
  PrincipalArn: `arn:aws:iam::1:user/${who}`,
  InstanceId: `i-${host}`,
  InstanceName: host,
  InstanceOSUser: 'root',
  Before,
  After,
})

const preview = (Changes: readonly Change[], more: Partial<Preview> = {}): Preview => ({
  Changes,
  ChangeCount: Changes.length,
  PrincipalCount: 1,
  PrincipalsTried: 1,
  ...more,
})

const lines = (...changes: readonly Change[]) =>
  linesOf(preview(changes)).map(({ isGain, says }) => `${isGain ? '+' : '-'} ${says}`)

describe('a change of who may connect', () => {
  it('says how many gain and how many lose', () => {
    assert.equal(changeInWords(preview([])), 'Nobody would gain or lose a login.')
    assert.match(
      changeInWords(preview([], { PrincipalCount: 0 })),
      /No user and no role has other policies/,
    )
    const changes = [
      change('alice', 'denied', 'allowed'),
      change('alice', 'denied', 'conditional'),
      change('bob', 'allowed', 'conditional'),
    ]
    assert.equal(
      changeInWords(preview(changes, { ChangeCount: 10 })),
      '1 principal would gain 2 logins, 1 principal would lose 1 login, and 7 more change.',
    )
  })

  it('says by person where they can connect then, or no longer', () => {
    const hosts = ['web-1', 'web-2', 'web-3', 'db-1', 'db-2', 'db-3']
    const gains = hosts.map((host) => change('alice', 'denied', 'allowed', host))
    assert.deepEqual(lines(...gains.slice(0, 1)), ['+ can then connect to web-1 as root'])
    assert.deepEqual(lines(...gains.slice(0, 3)), [
      '+ can then connect to web-1, web-2 and web-3 as root',
    ])
    assert.deepEqual(lines(...gains), [
      '+ can then connect to web-1, web-2, web-3, db-1 and 2 more as root',
    ])
    const also = gains.slice(0, 2).map((one) => ({ ...one, InstanceOSUser: 'deploy' }))
    assert.deepEqual(lines(...gains.slice(0, 2), ...also), [
      '+ can then connect to web-1 and web-2 as root or deploy',
    ])
    const any = { ...change('bob', 'allowed', 'denied'), InstanceOSUser: '(any other)' }
    assert.deepEqual(lines(any, change('bob', 'allowed', 'conditional')), [
      '- can no longer connect to web-1 as any OS user that no policy names',
      '- can then only depending on the moment connect to web-1 as root',
    ])
  })

  it('says once what is the same for many', () => {
    const all = Array.from({ length: 25 }, (_, at) => change(`user-${at}`, 'denied', 'allowed'))
    const [line, ...more] = linesOf(preview(all))
    assert.deepEqual([line?.principalArns.length, more.length], [25, 0])
    assert.equal(line?.says, 'can then connect to web-1 as root')
  })

  it('gives no lines where what is left out could be about anybody', () => {
    const one = [change('alice', 'denied', 'allowed')]
    assert.deepEqual(linesOf(preview(one, { ChangeCount: 2 })), [])
    const many = Array.from({ length: 7 }, (_, at) =>
      change('alice', 'denied', 'allowed', `web-${at}`),
    ).map((one, at) => ({ ...one, InstanceOSUser: `user-${at}` }))
    assert.deepEqual(linesOf(preview(many)), [])
  })

  it('says when it was not tried out for all', () => {
    assert.equal(untriedInWords(preview([])), undefined)
    assert.match(
      untriedInWords(preview([], { PrincipalCount: 40, PrincipalsTried: 12 })) ?? '',
      /12 of 40 principals/,
    )
  })
})
