import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findRefusedGrants } from './grant-findings.ts'

const HOST = 'i-0123456789abcdef0'
const ENTRY = {
  eventId: 'e',
  requestId: 'r',
  phase: 'complete',
  time: 0,
  eventName: 'KeyRefused',
  readOnly: false,
  userName: '',
  resource: HOST,
  errorCode: '',
  hash: '',
} as const
const locked = { osUser: 'alice', cause: 'user-locked', says: 'The account alice is locked.' }

/** As the trail has them: the latest first. */
async function told(
  records: readonly (readonly [second: number, facts: object])[],
  { osUser, saysMend = false }: { readonly osUser?: string; readonly saysMend?: boolean } = {},
): Promise<readonly string[]> {
  const entries = records.map(([second, additionalEventData]) => {
    const eventTime = `2026-11-26T14:00:${String(second).padStart(2, '0')}Z`
    return { ...ENTRY, seq: second, record: JSON.stringify({ eventTime, additionalEventData }) }
  })
  const store = { trail: { lookup: () => Promise.resolve(entries) } }
  const found = await findRefusedGrants({ instanceId: HOST, osUser }, { store, now: () => 0 })
  return found.map(({ says, mend }) => (saysMend ? (mend?.says ?? '') : says))
}

describe('why a host refused logins lately', () => {
  it('is told once for each reason, with the time of the last (one login may be the end of several pushes)', async () => {
    const denied = { osUser: 'alice', cause: 'user-not-allowed', says: 'sshd keeps alice out.' }
    const records = [
      [40, locked],
      [40, locked],
      [30, denied],
      [20, locked],
    ] as const
    assert.deepEqual(await told(records), [
      'At 2026-11-26T14:00:40Z a login as alice was refused: The account alice is locked.',
      'At 2026-11-26T14:00:30Z a login as alice was refused: sshd keeps alice out.',
    ])
  })

  it('is told of the user who is asked about', async () => {
    const bob = { osUser: 'bob', cause: 'user-locked', says: 'The account bob is locked.' }
    const records = [
      [40, bob],
      [30, locked],
    ] as const
    assert.deepEqual(await told(records, { osUser: 'bob' }), [
      'At 2026-11-26T14:00:40Z a login as bob was refused: The account bob is locked.',
    ])
    assert.equal((await told(records)).length, 2)
  })

  it('is told with commands for that host and that user', async () => {
    const unknown = [[40, { osUser: 'bob', cause: 'unknown' }]] as const
    const [mend] = await told(unknown, { saysMend: true })
    assert.match(mend ?? '', new RegExp(`fleetkey doctor ${HOST} --os-user bob;`))
  })
})
