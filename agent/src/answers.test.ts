import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
      refusals: { explain },
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
})
