import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createProviderSignIns, type Sender } from './sign-ins.ts'

const arrived = { kind: 'arrived', token: 'token' } as const
const from = (network: string, machine = network): Sender => ({ network, machine })
const ALICE = from('alice')

it('lets a sign-in go on once, and within five minutes', () => {
  let time = 0
  const signIns = createProviderSignIns(() => time)
  const id = signIns.keep(arrived, ALICE)
  assert.match(id, /^[\w-]{43}$/)
  assert.deepEqual(
    [signIns.find(id), signIns.take(id), signIns.take(id)],
    [arrived, arrived, undefined],
  )
  const late = signIns.keep(arrived, ALICE)
  time = 300_000
  assert.deepEqual([signIns.find(late), signIns.take(late)], [undefined, undefined])
})

it('holds a thousand, and those who came first give way among equals', () => {
  const signIns = createProviderSignIns(() => 0)
  const ids = Array.from({ length: 1001 }, () => signIns.keep(arrived, ALICE))
  assert.deepEqual(
    ids.filter((id) => signIns.find(id) === undefined),
    ids.slice(0, 1),
  )
})

it('keeps a place for everybody while one network takes as many as it can (nobody else could sign in)', () => {
  const signIns = createProviderSignIns(() => 0)
  const early = signIns.keep(arrived, ALICE)
  let machine = 0
  const flood = (count: number) => {
    for (let taken = 0; taken < count; taken++) signIns.keep(arrived, from('evil', `${machine++}`))
  }
  flood(5000)
  const late = signIns.keep(arrived, from('bob'))
  flood(5000)
  assert.deepEqual([signIns.find(early), signIns.find(late)], [arrived, arrived])
})

it('keeps it from a machine of the same network too', () => {
  const signIns = createProviderSignIns(() => 0)
  const id = signIns.keep(arrived, from('office', 'alice'))
  for (let taken = 0; taken < 5000; taken++) signIns.keep(arrived, from('office', 'mallory'))
  assert.equal(signIns.find(id), arrived)
})
