import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askForProof, proveBy } from './step-up.ts'

describe('a proof', () => {
  it('is asked once for all who want it at a time, and again for the next', async () => {
    let asked = 0
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const remove = proveBy(() => {
      asked++
      return promise
    })
    const wanting = [askForProof(), askForProof()]
    resolve(true)
    assert.deepEqual(await Promise.all(wanting), [true, true])
    assert.equal(asked, 1)
    await askForProof()
    assert.equal(asked, 2)
    remove()
    assert.equal(await askForProof(), false, 'nobody is there to be asked')
  })
})
