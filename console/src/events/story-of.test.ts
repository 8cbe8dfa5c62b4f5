import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { grantIdOf, storyOfGrant, storyOfRecords, type GrantAnswer } from './story-of.ts'
import { sampleEvent } from './testing/sample-event.ts'
import { readEvent } from './trail-record.ts'

const grant = (change: Partial<GrantAnswer>): GrantAnswer => ({
  GrantId: 'r-1',
  InstanceId: 'i-0a',
  InstanceOSUser: 'ubuntu',
  Fingerprint: 'SHA256:x',
  State: 'delivered',
  Steps: [
    { Kind: 'pushed', Time: 1 },
    { Kind: 'delivered', Time: 2 },
  ],
  ...change,
})

describe('the story of a grant', () => {
  it('goes from the push to the end of the session', () => {
    const story = storyOfGrant(
      grant({
        Steps: [
          { Kind: 'pushed', Time: 1 },
          { Kind: 'delivered', Time: 2 },
          { Kind: 'accepted', Time: 3, SourceAddress: '203.0.113.7' },
          { Kind: 'ended', Time: 4 },
        ],
      }),
    )
    assert.deepEqual(
      story.map(({ header }) => header),
      ['The key was pushed', 'The key is on the host', 'Logged in', 'The session ended'],
    )
    assert.deepEqual(story[2]?.says, ['from 203.0.113.7'])
  })
  it('says why sshd refused and what to do about it, with the names in it', () => {
    const [step] = storyOfGrant(
      grant({
        Steps: [{ Kind: 'refused', Time: 3, Cause: 'wrong-port', Meaning: 'Another port.' }],
      }),
    )
    assert.equal(step?.status, 'error')
    assert.deepEqual(step?.says, ['Another port.'])
    assert.match(step?.mend ?? '', /port/)
  })
  it('says that nobody offered the key only where sshd turned nobody away', () => {
    const expired = { Kind: 'expired', Time: 60, Says: 'Nobody offered the key.' }
    const refused = { Kind: 'refused', Time: 3, Cause: 'user-not-allowed' }
    assert.deepEqual(storyOfGrant(grant({ Steps: [expired] }))[0]?.says, [expired.Says])
    assert.deepEqual(storyOfGrant(grant({ Steps: [refused, expired] }))[1]?.says, [])
  })
  it('adds what the host says now of a key that nobody logged in with', () => {
    const story = storyOfGrant(
      grant({ Cause: 'never-arrived', Says: 'Nothing came.', Mend: 'Look.' }),
    )
    assert.deepEqual(story.at(-1)?.says[0], 'Nothing came.')
    assert.equal(story.at(-1)?.mend, 'Look.')
    assert.equal(story.length, 3)
  })

  it('adds what is known of a key that nobody offered, and what to do, without a cause', () => {
    const story = storyOfGrant(grant({ Says: 'Nobody offered the key.', Mend: 'Look.' }))
    assert.equal(story.at(-1)?.header, 'Nothing came to sshd')
    assert.deepEqual(story.at(-1)?.says, ['Nobody offered the key.'])
    assert.equal(story.at(-1)?.mend, 'Look.')
  })

  it('says once why sshd refused, not again at its end', () => {
    const refused = { Kind: 'refused', Time: 3, Cause: 'account-expired' }
    const story = storyOfGrant(grant({ Steps: [refused], Mend: 'Look.', Cause: refused.Cause }))
    assert.deepEqual(
      story.map(({ header }) => header),
      ['sshd refused the login'],
    )
  })
})

describe('the story of another request', () => {
  it('is its records, with what became of each', () => {
    const events = [
      readEvent(sampleEvent({ eventName: 'CreateUser' }, { phase: 'intent' })),
      readEvent(sampleEvent({ eventName: 'CreateUser', errorCode: 'EntityAlreadyExists' })),
    ]
    assert.deepEqual(
      storyOfRecords(events).map(({ header, status }) => [header, status]),
      [
        ['CreateUser was asked for', 'in-progress'],
        ['CreateUser: EntityAlreadyExists', 'error'],
      ],
    )
    assert.equal(grantIdOf(events), undefined)
    assert.equal(grantIdOf([readEvent(sampleEvent())]), 'r-1')
  })
})
