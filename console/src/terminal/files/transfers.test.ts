import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiRefusal } from '../../api/api-refusal.ts'
import { Transfers, type Move } from './transfers.ts'

/** Moves that end when the test says so. */
function moves() {
  const started: {
    readonly name: string
    readonly moving: Parameters<Move>[0]
    end(notes?: readonly string[]): void
    fail(error: Error): void
  }[] = []
  const move =
    (name: string): Move =>
    (moving) =>
      new Promise<readonly string[]>((resolve, reject) => {
        moving.signal.addEventListener('abort', () => reject(moving.signal.reason as Error))
        started.push({ name, moving, end: (notes = []) => resolve(notes), fail: reject })
      })
  return { started, move }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const file = { kind: 'upload', path: '/x', size: 10 } as const
const states = (transfers: Transfers) => transfers.list().map(({ state }) => state)

describe('transfers', () => {
  it('run two at a time, the others when one is over', async () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    for (const name of ['a', 'b', 'c']) transfers.add(file, move(name))
    assert.deepEqual(
      started.map(({ name }) => name),
      ['a', 'b'],
    )
    assert.deepEqual(states(transfers), ['waiting', 'running', 'running'])
    started[0]?.end()
    await settled()
    assert.deepEqual(
      started.map(({ name }) => name),
      ['a', 'b', 'c'],
    )
    assert.deepEqual(states(transfers), ['running', 'running', 'done'])
  })

  it('tell how far they are', () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    transfers.add(file, move('a'))
    started[0]?.moving.onProgress(4)
    assert.equal(transfers.list()[0]?.done, 4)
  })

  it('are told how large they are on the way, and keep what is to be known of them', async () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    transfers.add({ kind: 'archive', path: 'box.tar', size: undefined }, move('a'))
    started[0]?.moving.onSize(9)
    started[0]?.moving.onProgress(7)
    started[0]?.end(['a: Permission denied'])
    await settled()
    const [{ size, done, notes } = {}] = transfers.list()
    assert.deepEqual([size, done, notes], [9, 7, ['a: Permission denied']])
  })

  it('can be cancelled while they run and while they wait', async () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    for (const name of ['a', 'b', 'c']) transfers.add(file, move(name))
    const [waiting, , running] = transfers.list()
    transfers.cancel(waiting?.id ?? 0)
    transfers.cancel(running?.id ?? 0)
    await settled()
    assert.deepEqual(states(transfers), ['cancelled', 'running', 'cancelled'])
    assert.equal(started.length, 2)
  })

  it('can be cancelled and gone on with all at once', async () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    for (const name of ['a', 'b', 'c']) transfers.add(file, move(name))
    assert.equal(transfers.isMoving('upload'), true)
    assert.equal(transfers.isMoving('download'), false)
    transfers.cancelAll()
    await settled()
    assert.deepEqual(states(transfers), ['cancelled', 'cancelled', 'cancelled'])
    assert.deepEqual([started.length, transfers.isMoving()], [2, false])
    transfers.resumeAll()
    assert.deepEqual(states(transfers), ['waiting', 'running', 'running'])
  })

  it('keep why they failed, and go on when they are told to', async () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    transfers.add(file, move('a'))
    started[0]?.fail(new ApiRefusal({ code: 'NoSpace', message: 'The disk is full.', status: 507 }))
    await settled()
    const [failed] = transfers.list()
    assert.equal(failed?.state, 'failed')
    assert.equal(failed?.refusal?.code, 'NoSpace')
    transfers.resume(failed?.id ?? 0)
    assert.equal(started.length, 2)
    started[1]?.end()
    await settled()
    assert.deepEqual(states(transfers), ['done'])
    transfers.tidy()
    assert.deepEqual(transfers.list(), [])
  })

  it('are given up when they are taken off the list unfinished, and not when they are done', async () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    const given: string[] = []
    for (const name of ['a', 'b']) {
      transfers.add(file, move(name), () => {
        given.push(name)
        return Promise.resolve()
      })
    }
    started[0]?.end()
    started[1]?.fail(new Error('lost'))
    await settled()
    transfers.tidy()
    assert.deepEqual(given, ['b'])
    await settled()
    assert.deepEqual(transfers.list(), [])
  })

  it('stay on the list once more when something of them is left there, with what that is', async () => {
    const { started, move } = moves()
    const transfers = new Transfers()
    transfers.add(file, move('a'), () => Promise.reject(new Error('a part is left')))
    started[0]?.fail(new Error('lost'))
    await settled()
    transfers.tidy()
    await settled()
    assert.equal(transfers.list()[0]?.refusal?.message, 'a part is left')
    transfers.tidy()
    assert.deepEqual(transfers.list(), [])
  })
})
