import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Explanation, ToldCause } from '@fleetkey/wire/agent/receipts'
import { createAnswers } from './answers.ts'

describe('the answers of an agent', () => {
  it('are given to who pushes, however many ask why a key is refused (anybody who pushed could keep others from pushing)', async () => {
    const { promise, resolve } = Promise.withResolvers<{ says: string }>()
    let asked = 0
    const explain = () => {
      asked++
      return promise
    }
    const answer = createAnswers({
      refusals: { explain, next: async () => undefined },
      accounts: { find: async () => undefined },
      log: { warn: () => {} },
    } as unknown as Parameters<typeof createAnswers>[0])
    const question = { kind: 'explain', grantId: 'g', osUser: 'alice', fingerprint: 'f' } as const
    const answers = Array.from({ length: 100 }, (_, index) =>
      answer({ ...question, exchange: `${index}` }),
    )
    const prepared = await answer({ kind: 'prepare', exchange: 'p', osUser: 'alice' })
    assert.ok(prepared?.kind === 'refused')
    assert.match(prepared.refusal.message, /alice/)
    assert.equal(asked, 8)
    resolve({ says: 'told' })
    const kinds = (await Promise.all(answers)).map((one) => one?.kind)
    assert.equal(kinds.filter((kind) => kind === 'explained').length, 8)
    assert.equal(kinds.filter((kind) => kind === 'refused').length, 92)
  })

  it('wait for more than is known, whoever else waits', async () => {
    const waiting: PromiseWithResolvers<Explanation | undefined>[] = []
    const waited: number[] = []
    const penalised = { cause: 'source-penalised', says: 'Dropped.' } as const
    let now: Explanation = penalised
    const answer = createAnswers({
      refusals: {
        explain: async () => now,
        next(_grantId: string, _asked: object, withinMs: number) {
          const one = Promise.withResolvers<Explanation | undefined>()
          waiting.push(one)
          waited.push(withinMs)
          return one.promise
        },
      },
    } as unknown as Parameters<typeof createAnswers>[0])
    const ask = (exchange: number, known: readonly ToldCause[] = [penalised]) => {
      const login = { grantId: 'g', osUser: 'alice', fingerprint: 'f' }
      const asked = { waitMs: 60_000, known }
      return answer({ kind: 'explain', exchange: `${exchange}`, ...login, ...asked })
    }
    // News is told at once.
    assert.deepEqual(await ask(0, []), { kind: 'explained', exchange: '0', ...penalised })
    assert.equal(waiting.length, 0)
    now = { says: 'Nobody has tried yet.' }
    // More than are looked for at once.
    const answers = []
    for (let index = 1; index <= 12; index++) {
      answers.push(ask(index))
      // oxlint-disable-next-line no-await-in-loop -- until it waits
      await new Promise(setImmediate)
    }
    assert.equal(waiting.length, 12)
    assert.ok(waited.every((ms) => ms > 9000 && ms <= 10_000))
    const gone = { cause: 'sshd-not-running', says: 'It is gone.' } as const
    for (const [index, { resolve }] of waiting.entries()) resolve(index === 0 ? gone : undefined)
    const told = (await Promise.all(answers)).map((one) => one?.kind === 'explained' && one.says)
    assert.deepEqual(told, [gone.says, ...Array.from({ length: 11 }, () => now.says)])
  })
})
