import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { atMost } from './at-most.ts'

const full = new Error('full')

describe('atMost', () => {
  it('refuses who comes when so many are under way, and no longer', async () => {
    const limited = atMost(2, () => full)
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = limited(() => promise)
    const second = limited(() => promise)
    await assert.rejects(
      limited(async () => 'started'),
      full,
    )
    resolve('done')
    assert.deepEqual(await Promise.all([first, second]), ['done', 'done'])
    assert.equal(await limited(async () => 'again'), 'again')
  })

  it('counts what fails as over', async () => {
    const limited = atMost(1, () => full)
    const failed = new Error('failed')
    await assert.rejects(
      limited(async () => {
        throw failed
      }),
      failed,
    )
    assert.equal(await limited(async () => 1), 1)
  })
})
