import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTurns, type Waiting } from './turns.ts'

/** One at once and four who wait: what each did, in order, and who was sent away. */
async function served(who: readonly (readonly [name: string, waiting: Waiting])[]) {
  const inTurn = createTurns({ atOnce: 1, places: 4 })
  const done: string[] = []
  const away: string[] = []
  const first = Promise.withResolvers<void>()
  const busy = inTurn('known', () => first.promise)
  const all = who.map(([name, waiting]) =>
    inTurn(waiting, async () => {
      await Promise.resolve()
      done.push(name)
    }).catch((error: { code: string; retryAfterSeconds: number }) => {
      assert.deepEqual([error.code, error.retryAfterSeconds], ['ThrottlingException', 5])
      away.push(name)
    }),
  )
  first.resolve()
  await Promise.all([busy, ...all])
  return { done: done.join(' '), away: away.join(' ') }
}
const from = (network: string): Waiting => ({ network })

describe('work of which only so much is done at once', () => {
  it('is done for known people first, and for each kind in the order in which they came', async () => {
    const { done } = await served([
      ['a', from('1')],
      ['b', from('2')],
      ['ada', 'known'],
      ['bob', 'known'],
    ])
    assert.equal(done, 'ada bob a b')
  })

  it('leaves a place for everybody while one network fills them (would lock all others out)', async () => {
    const flood = ['f1', 'f2', 'f3', 'f4', 'f5'].map((name) => [name, from('flood')] as const)
    const came = await served([...flood, ['a', from('1')], ['b', from('2')], ['ada', 'known']])
    assert.deepEqual(came, { done: 'ada f1 f2 a b', away: 'f5 f4 f3' })
  })

  it('sends away who comes last where all have as many', async () => {
    const each = ['1', '2', '3', '4', '5', '6'].map((network) => [network, from(network)] as const)
    assert.deepEqual(await served(each), { done: '1 2 3 4', away: '5 6' })
  })

  it('is so much at once, whoever comes while one ends', async () => {
    const inTurn = createTurns({ atOnce: 2, places: 100 })
    let running = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running -= 1
    }
    const come = async (): Promise<void> => {
      await inTurn('known', work)
      await inTurn(from('1'), work)
    }
    await Promise.all(Array.from({ length: 20 }, come))
    assert.equal(most, 2)
  })

  it('goes on after what failed', async () => {
    const inTurn = createTurns({ atOnce: 1, places: 1 })
    const failed = inTurn('known', () => Promise.reject(new Error('no')))
    const next = inTurn('known', () => Promise.resolve('done'))
    await assert.rejects(failed, /^Error: no$/)
    assert.equal(await next, 'done')
  })
})
