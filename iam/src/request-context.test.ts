import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lookUp, normalizeContext } from './request-context.ts'

describe('the context of a request', () => {
  it('is found in any letter case, also behind the slash', () => {
    const context = normalizeContext(new Map([['aws:ResourceTag/Env', 'prod']]))
    assert.equal(lookUp(context, 'aws:resourcetag/env'), 'prod')
  })

  it('keeps colons and slashes in tag keys (a cut key would read another tag)', () => {
    const context = normalizeContext(new Map([['aws:ResourceTag/a:b/c', 'x']]))
    assert.equal(lookUp(context, 'aws:resourcetag/a:b/c'), 'x')
    assert.equal(lookUp(context, 'aws:resourcetag/a:b'), undefined)
  })

  it('refuses to choose between tags Env and env (either choice could grant what the other forbids)', () => {
    const context = normalizeContext(
      new Map([
        ['aws:ResourceTag/Env', 'staging'],
        ['aws:ResourceTag/env', 'prod'],
        ['ec2:osuser', 'deploy'],
      ]),
    )
    assert.equal(lookUp(context, 'ec2:osuser'), 'deploy')
    assert.throws(() => lookUp(context, 'aws:resourcetag/env'), { code: 'ValidationException' })
  })

  it('has nothing under __proto__ unless it was put there', () => {
    assert.equal(lookUp(normalizeContext(new Map()), '__proto__'), undefined)
  })

  it('knows keys also after very many others (keeps a bounded number of their spellings)', () => {
    for (let number = 0; number < 3000; number += 1) {
      const context = normalizeContext(new Map([[`aws:ResourceTag/K${number}`, 'x']]))
      assert.equal(lookUp(context, `aws:resourcetag/k${number}`), 'x')
    }
    const context = normalizeContext(new Map([['EC2:OSUser', 'deploy']]))
    assert.equal(lookUp(context, 'ec2:osuser'), 'deploy')
  })

  it('has both values of a doubled key in neither order', () => {
    const entries = [
      ['aws:ResourceTag/Env', 'staging'],
      ['aws:ResourceTag/env', 'prod'],
    ] as const
    for (const order of [entries, entries.toReversed()]) {
      const context = normalizeContext(new Map(order))
      assert.throws(() => lookUp(context, 'aws:resourcetag/env'), { code: 'ValidationException' })
    }
  })
})
