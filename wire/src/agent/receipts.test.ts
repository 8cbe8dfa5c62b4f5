import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isNews } from './receipts.ts'

describe('a cause', () => {
  const dropped = (sourceAddress: string) =>
    ({ cause: 'too-many-connections', sourceAddress }) as const

  it('is news once, whoever it happened to (a flood would be a line for each address)', () => {
    assert.ok(isNews(dropped('10.0.0.8'), {}))
    assert.ok(!isNews(dropped('10.0.0.7'), { known: [dropped('10.0.0.8')] }))
    assert.ok(isNews({ cause: 'source-penalised' }, { known: [dropped('10.0.0.8')] }))
    assert.ok(!isNews({}, {}))
  })

  it('is news once more of the address that is asked from', () => {
    const from = '10.0.0.9'
    const known = [dropped('10.0.0.8')]
    assert.ok(isNews(dropped(from), { from, known }))
    assert.ok(!isNews(dropped(from), { from, known: [...known, dropped(from)] }))
    assert.ok(!isNews(dropped('10.0.0.8'), { from, known: [dropped(from)] }))
  })
})
