import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { targetOf } from './connect-target.ts'
import { rememberOsUser } from './last-os-user.ts'
import { proposedOsUser } from './proposed-os-user.ts'

/** Of a fleet in which some accounts are allowed: what it was asked, and as whom this person was in last. */
let asked: string[]
let lastLogin: string | undefined
let allowed: readonly string[]
const fetched = globalThis.fetch
const kept = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
const { signal } = new AbortController()

const debian = (...OsUsers: readonly string[]) =>
  targetOf('i-1', {
    Reservations: [{ Instances: [{ Fleetkey: { Os: 'Debian GNU/Linux 12', OsUsers } }] }],
  })

describe('as whom somebody is proposed to log in', () => {
  before(() => {
    // A browser that gives no leave to keep anything: then it is kept for as long as the page.
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get() {
        throw new DOMException('SecurityError')
      },
    })
    globalThis.fetch = (_url, init) => {
      const headers = init?.headers as Readonly<Record<string, string>>
      const operation = headers['x-amz-target']?.split('.')[1] ?? ''
      const input = JSON.parse(init?.body as string) as Readonly<Record<string, unknown>>
      asked.push(`${operation} ${JSON.stringify(Object.values(input))}`)
      return Promise.resolve(Response.json(answer(operation, input)))
    }
  })
  after(() => {
    globalThis.fetch = fetched
    if (kept !== undefined) Object.defineProperty(globalThis, 'localStorage', kept)
  })
  beforeEach(() => {
    asked = []
    lastLogin = undefined
    allowed = []
  })

  function answer(operation: string, input: Readonly<Record<string, unknown>>): object {
    if (operation === 'CheckOwnAccess') {
      const isAllowed = allowed.includes(String(input['InstanceOSUser']))
      return { Decision: isAllowed ? 'allowed' : 'denied' }
    }
    // Of all sessions the last would be somebody else's.
    const last = input['Mine'] === true ? lastLogin : 'somebody-else'
    return { Sessions: last === undefined ? [] : [{ InstanceOSUser: last }] }
  }

  it('is as they were in last, and asks no more', async () => {
    lastLogin = 'deploy'
    assert.equal(await proposedOsUser(debian('debian', 'deploy'), signal), 'deploy')
    assert.equal(asked.length, 1)
  })

  it('is as they were in last from this browser, which asks nobody', async () => {
    rememberOsUser('i-2', 'zoe')
    assert.equal(await proposedOsUser({ ...debian('debian'), instanceId: 'i-2' }, signal), 'zoe')
    assert.deepEqual(asked, [])
  })

  it('is the likeliest that the policies let in, and not the likeliest of all', async () => {
    allowed = ['deploy']
    assert.equal(await proposedOsUser(debian('debian', 'deploy', 'zoe'), signal), 'deploy')
    assert.deepEqual(asked.slice(1), [
      'CheckOwnAccess ["i-1","debian"]',
      'CheckOwnAccess ["i-1","deploy"]',
    ])
  })

  it('is the likeliest where none is allowed, after six questions at most (each is on record)', async () => {
    const many = Array.from({ length: 20 }, (_, at) => `user${at}`)
    assert.equal(await proposedOsUser(debian(...many), signal), 'user0')
    assert.equal(asked.filter((each) => each.startsWith('CheckOwnAccess')).length, 6)
  })
})
