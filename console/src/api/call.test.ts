import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { ApiRefusal } from './api-refusal.ts'
import { call } from './call.ts'
import { forgetSession, keepSession, sessionStanding, type ToldSession } from './console-session.ts'

const OF_ADA: ToldSession = {
  SignedIn: true,
  CsrfToken: 'first',
  Principal: { Kind: 'user', Name: 'ada', Arn: 'arn:aws:iam::1:user/ada' },
  Owner: 'AIDA1',
  AccountId: '1',
  Region: 'r',
  SignedInAt: 0,
  ExpiresAt: 0,
  ProvenAt: 0,
  IdleSeconds: 0,
}
const later = (CsrfToken: string): ToldSession => ({ ...OF_ADA, CsrfToken })

interface Asked {
  readonly operation: string
  readonly csrf: string
}
let asked: Asked[]
/** Of a server: which token is that of the session that stands; and what it answers where it is not. */
let valid: string
let refusal: string
const known = globalThis.fetch

/** Once all that can go on by itself has done so. */
const settled = () => new Promise((resolve) => void setImmediate(resolve))

describe('a call across the end of a session', () => {
  before(() => {
    globalThis.fetch = (_url, init) => {
      const headers = init?.headers as Record<string, string>
      const one = {
        operation: headers['x-amz-target']?.split('.')[1] ?? '',
        csrf: headers['x-fleetkey-csrf'] ?? '',
      }
      asked.push(one)
      if (one.operation === 'GetConsoleSession') return Promise.resolve(Response.json(later(valid)))
      return Promise.resolve(
        one.csrf === valid
          ? Response.json({ of: one.csrf })
          : Response.json({ __type: refusal, Message: 'no' }, { status: 400 }),
      )
    }
  })
  after(() => {
    globalThis.fetch = known
  })
  beforeEach(() => {
    asked = []
    valid = 'first'
    refusal = 'ExpiredTokenException'
    keepSession(OF_ADA)
  })

  it('waits with what only reads, and asks anew once they have signed in again', async () => {
    valid = 'second'
    const answer = call('fleetkey', 'ListSSHSessions')
    await settled()
    assert.equal(sessionStanding(), 'over')
    const another = call('fleetkey', 'ListTerminals')
    await settled()
    assert.equal(asked.length, 1, 'nothing is asked of nobody')
    keepSession(later('second'))
    assert.deepEqual([await answer, await another], [{ of: 'second' }, { of: 'second' }])
  })

  it('does not repeat what changes something, and says that nothing was done', async () => {
    valid = 'second'
    const refused = await call('fleetkey', 'EndTerminal').catch((error: ApiRefusal) => error)
    assert.equal(
      (refused as ApiRefusal).message,
      'Your session had ended, and nothing was done. Do it once more.',
    )
    keepSession(later('second'))
    await settled()
    assert.equal(asked.length, 1)
  })

  it('stops waiting when nobody wants the answer any more', async () => {
    forgetSession()
    const stop = new AbortController()
    const answer = call('fleetkey', 'ListTerminals', {}, stop.signal)
    stop.abort(new Error('gone'))
    await assert.rejects(answer, /gone/)
    await assert.rejects(call('fleetkey', 'ListTerminals', {}, stop.signal), /gone/)
  })

  it('goes on with the session that another tab has by now', async () => {
    valid = 'second'
    refusal = 'CrossSiteRequestException'
    assert.deepEqual(await call('fleetkey', 'ListTerminals'), { of: 'second' })
    valid = 'third'
    await assert.rejects(call('fleetkey', 'EndTerminal'), /nothing was done/)
    assert.deepEqual(await call('fleetkey', 'EndTerminal'), { of: 'third' }, 'by their press')
  })

  it('takes no page over from another person, who is called the same', () => {
    forgetSession()
    assert.equal(keepSession({ ...later('second'), Owner: 'AIDA2' }), undefined)
    assert.equal(sessionStanding(), 'left')
    assert.equal(keepSession(later('second')), undefined, 'nor back')
  })
})

describe('a call that is put off, or refused on its way', () => {
  /** What comes, one after the other; the last one stays. */
  let answers: (() => Response)[]
  let count: number
  const tooMany = () =>
    Response.json({ __type: 'ThrottlingException', Message: 'no' }, { status: 400 })
  const page = (status: number) => () => new Response('<html>nginx</html>', { status })
  before(() => {
    globalThis.fetch = () => {
      count += 1
      return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0])?.() as Response)
    }
  })
  after(() => {
    globalThis.fetch = known
  })
  beforeEach(() => {
    count = 0
    keepSession(OF_ADA)
  })

  it('asks again for what only reads', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    answers = [tooMany, page(429), () => Response.json({ of: 'later' })]
    const answer = call('iam', 'ListUsers')
    for (const _ of [1, 2]) {
      for (let turns = 0; turns < 20; turns++) await settled()
      t.mock.timers.tick(10_000)
    }
    assert.deepEqual(await answer, { of: 'later' })
  })

  it('does not repeat what changes something', async () => {
    answers = [tooMany]
    await assert.rejects(call('iam', 'CreateUser'), { code: 'ThrottlingException' })
    assert.equal(count, 1)
  })

  it('says what is too large for a proxy, and what to send less of (to load the page again mends nothing)', async () => {
    answers = [page(413)]
    await assert.rejects(call('iam', 'PutUserPolicy'), /too large.*Send less at once/)
  })
})

describe('a call that nobody answers', () => {
  afterEach(() => {
    globalThis.fetch = known
  })
  const refusedBy = async (operation: string, answer: () => Promise<Response>) => {
    globalThis.fetch = answer
    const refused = await call('iam', operation).catch((error: ApiRefusal) => error)
    return refused as ApiRefusal
  }
  const lost = () => Promise.reject(new TypeError('network error'))
  const gateway = () => Promise.resolve(new Response('<html>', { status: 502 }))

  it('says of what changes something that it may be done (would be done twice, or thought undone)', async () => {
    for (const answer of [lost, gateway]) {
      // oxlint-disable-next-line no-await-in-loop -- one fetch for all
      const refused = await refusedBy('CreateUser', answer)
      assert.match(refused.message, /It may be done all the same: look before you do it again\.$/)
      assert.equal(refused.isOpen, true)
    }
  })

  it('asks again what only looks, and says nothing of what may be done', async () => {
    for (const [operation, input] of [
      ['Diagnose', {}],
      ['MendInstance', { DryRun: true }],
    ] as const) {
      let isLost = true
      globalThis.fetch = () => {
        const answer = isLost ? lost() : Promise.resolve(Response.json({ of: operation }))
        isLost = false
        return answer
      }
      // oxlint-disable-next-line no-await-in-loop -- one fetch for all
      assert.deepEqual(await call('fleetkey', operation, input), { of: operation })
    }
  })

  it('says so of no refusal, and of nothing that may be asked again anyway', async () => {
    const denied = () =>
      Promise.resolve(Response.json({ __type: 'AccessDenied', Message: 'no' }, { status: 403 }))
    assert.equal((await refusedBy('CreateUser', denied)).isOpen, false)
    assert.equal((await refusedBy('SignIn', lost)).isOpen, false)
  })
})
