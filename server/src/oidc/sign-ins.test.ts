import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createProviderSignIns } from './sign-ins.ts'

const arrived = { kind: 'arrived', token: 'token' } as const

it('lets a sign-in go on once, and within five minutes', () => {
  let time = 0
  const signIns = createProviderSignIns(() => time)
  const id = signIns.keep(arrived) ?? ''
  assert.match(id, /^[\w-]{43}$/)
  assert.deepEqual(
    [signIns.find(id), signIns.take(id), signIns.take(id)],
    [arrived, arrived, undefined],
  )
  const late = signIns.keep(arrived) ?? ''
  time = 300_000
  assert.deepEqual([signIns.find(late), signIns.take(late)], [undefined, undefined])
})

it('holds a thousand, and takes new ones when others are over', () => {
  let time = 0
  const signIns = createProviderSignIns(() => time)
  for (let kept = 0; kept < 1000; kept++) assert.ok(signIns.keep(arrived))
  assert.equal(signIns.keep(arrived), undefined)
  time = 300_000
  assert.ok(signIns.keep(arrived))
})
