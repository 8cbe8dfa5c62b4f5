import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createTerminalSlots } from './limits.ts'

it('refuses what is over each limit, says which it is, and takes the next once one is given back', () => {
  const slots = createTerminalSlots({ perServer: 4, perPerson: 2, perInstance: 3 })
  const ann = slots.take('ann', 'i-1')
  slots.take('ann', 'i-1')
  assert.throws(() => slots.take('ann', 'i-2'), /as many as one person may have/)
  slots.take('bob', 'i-1')
  assert.throws(() => slots.take('bob', 'i-1'), /as many as may lead to one instance/)
  slots.take('bob', 'i-2')
  assert.throws(() => slots.take('eve', 'i-3'), /as many as it takes/)
  ann()
  ann()
  assert.equal(slots.taken, 3, 'given back once')
  slots.take('eve', 'i-1')
  assert.throws(() => slots.take('eve', 'i-3'), /as many as it takes/)
})
