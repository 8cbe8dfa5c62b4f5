import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiRefusal } from './api-refusal.ts'
import { patiently, waitFor } from './patiently.ts'

const refusal = (code: string) => new ApiRefusal({ code, message: code, status: 400 })
const { signal } = new AbortController()

async function ask(code: string, times: number) {
  const waits: number[] = []
  let asked = 0
  const answer = patiently(
    async () => {
      if (asked++ < times) throw refusal(code)
      return 'answer'
    },
    { signal, wait: async (milliseconds) => void waits.push(milliseconds) },
  )
  return { value: await answer.catch((error: ApiRefusal) => error.code), asked, waits }
}

describe('patiently', () => {
  it('asks again, each time after twice as long', async () => {
    const { value, waits } = await ask('ThrottlingException', 3)
    assert.equal(value, 'answer')
    assert.deepEqual(waits, [500, 1000, 2000])
  })

  it('gives up after five', async () => {
    const { value, asked } = await ask('RequestLimitExceeded', 100)
    assert.equal(value, 'RequestLimitExceeded')
    assert.equal(asked, 5)
  })

  it('asks again where a proxy says by the status alone that there were too many', async () => {
    let asked = 0
    const answer = patiently(
      async () => {
        if (asked++ === 0) throw new ApiRefusal({ code: 'Unexpected', message: '', status: 429 })
        return 'answer'
      },
      { wait: async () => {} },
    )
    assert.equal(await answer, 'answer')
  })

  it('asks again where nobody answered: the network may have changed under it', async () => {
    assert.equal((await ask('Unreachable', 1)).value, 'answer')
    assert.equal((await ask('Unreachable', 100)).asked, 3)
  })

  it('does not ask again what was refused for good', async () => {
    assert.equal((await ask('AccessDeniedException', 1)).asked, 1)
  })
})

describe('waitFor', () => {
  it('ends when nobody waits any more', async () => {
    await assert.rejects(waitFor(60_000, AbortSignal.abort(new Error('gone'))), /gone/)
    const stop = new AbortController()
    const waiting = waitFor(60_000, stop.signal)
    stop.abort(new Error('gone'))
    await assert.rejects(waiting, /gone/)
  })
})
