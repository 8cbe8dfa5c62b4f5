import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { AgentRefusal } from '@fleetkey/wire/agent/agent-messages'
import { generatePrivateKey } from '../secrets/ed25519.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import {
  connectAgent,
  enrolHost,
  installed,
  prepared,
  type Behaviour,
  type FakeAgent,
} from '../testing/fake-agent.ts'
import { push } from '../testing/push.ts'
import { until } from '../testing/until.ts'

const DEADLINE_MS = 400

let plane: ControlPlane
let agent: FakeAgent
let behaviour: Behaviour = {}
before(async () => {
  plane = await startControlPlane({ deliveryDeadlineMs: DEADLINE_MS })
  agent = await connectAgent(plane, await enrolHost(plane, { Name: 'web-1' }), {
    prepare: (message) => (behaviour.prepare ?? prepared)(message),
    install: (message, host) => (behaviour.install ?? installed)(message, host),
  })
})
after(async () => {
  await agent.close()
  await plane.close()
})
beforeEach(() => {
  behaviour = {}
})

const label = () => `web-1 (${agent.host.instanceId})`

/** Pushes, expects this refusal, and that it is on record as the outcome. */
async function refused(status: number, code: string, message: RegExp | string) {
  const answer = await push(plane.root, agent.host.instanceId)
  assert.deepEqual([answer.status, answer.code], [status, code])
  if (typeof message === 'string') assert.equal(answer.message, message)
  else assert.match(answer.message, message)
  const last = plane.trail().at(-1)
  assert.deepEqual([last?.phase, last?.errorCode], ['outcome', code])
  assert.equal(last?.requestId, answer.headers['x-amzn-requestid'])
}

const revoked = () => agent.told.filter((message) => message.kind === 'revoke').length

describe('an acknowledgement', () => {
  const lies: readonly (readonly [string, NonNullable<Behaviour['install']>])[] = [
    [
      'of another key (anybody on the way could say Success)',
      (message, host) => installed(message, host, {}, generatePrivateKey()),
    ],
    [
      'of another grant (an old one could be sent again)',
      (message, host) => installed(message, host, { grantId: 'ab'.repeat(16) }),
    ],
    [
      'of another instance',
      (message, host) => installed(message, host, { instanceId: 'i-00000000000000000' }),
    ],
    [
      'of another text of the grant (another user may have been installed)',
      (message, host) => installed(message, host, { grantHash: `${'A'.repeat(43)}=` }),
    ],
    [
      'that is no statement',
      ({ exchange }) => ({
        kind: 'installed',
        exchange,
        acknowledgement: { statement: 'yes', signature: `${'A'.repeat(86)}==` },
      }),
    ],
    ['that answers another question', (message) => prepared(message)],
  ]
  for (const [what, install] of lies) {
    it(`${what} is no Success, and the grant is taken back`, async () => {
      behaviour = { install }
      const before = revoked()
      await refused(
        503,
        'EC2InstanceUnavailableException',
        `The agent on ${label()} gave an answer that does not hold; no key can be counted on. Update the agent or enrol the host again.`,
      )
      await until(() => revoked() === before + 1)
      const [last] = agent.told.slice(-1)
      assert.deepEqual(last, { kind: 'revoke', grantId: agent.grants().at(-1)?.grantId })
    })
  }

  it('that comes too late is no Success', async () => {
    let late: (() => void) | undefined
    behaviour = {
      install: (message, host) =>
        new Promise((resolve) => (late = () => resolve(installed(message, host)))),
    }
    const before = revoked()
    await refused(503, 'EC2InstanceUnavailableException', /did not answer in time; the key may/)
    late?.()
    await until(() => revoked() === before + 1)
    behaviour = {}
    assert.equal((await push(plane.root, agent.host.instanceId)).status, 200)
  })
})

describe('an agent', () => {
  it('that is silent when asked for the account is refused within the deadline, and nothing is granted', async () => {
    behaviour = { prepare: () => undefined }
    const grants = agent.grants().length
    await refused(
      503,
      'EC2InstanceUnavailableException',
      `The agent on ${label()} did not answer in time; no key was pushed. Retry in a moment.`,
    )
    assert.equal(agent.grants().length, grants)
  })

  it('that is silent when asked to install is refused within the deadline, and the grant is revoked', async () => {
    behaviour = { install: () => undefined }
    const before = revoked()
    await refused(
      503,
      'EC2InstanceUnavailableException',
      `The agent on ${label()} did not answer in time; the key may or may not be usable for a minute. Retry in a moment.`,
    )
    await until(() => revoked() === before + 1)
  })

  it('that answers a question which nobody asked is not believed', async () => {
    behaviour = {
      prepare: ({ exchange }) => ({
        kind: 'refused',
        exchange: 'other',
        refusal: { code: 'user-unknown', message: exchange },
      }),
    }
    await refused(503, 'EC2InstanceUnavailableException', /did not answer in time/)
  })

  const codes: readonly (readonly [AgentRefusal['code'], string])[] = [
    ['user-unknown', 'InvalidArgsException'],
    ['user-not-allowed', 'InvalidArgsException'],
    ['key-not-allowed', 'InvalidArgsException'],
    ['grant-not-valid', 'EC2InstanceStateInvalidException'],
    ['too-many-grants', 'EC2InstanceStateInvalidException'],
    ['delivery-failed', 'EC2InstanceStateInvalidException'],
  ]
  for (const [code, expected] of codes) {
    it(`that refuses with ${code} is passed on as ${expected} with its words`, async () => {
      const message = 'There is no account "ec2-user" here.'
      behaviour = {
        prepare: ({ exchange }) => ({ kind: 'refused', exchange, refusal: { code, message } }),
      }
      const grants = agent.grants().length
      await refused(400, expected, `${label()} refused: ${message}`)
      assert.equal(agent.grants().length, grants)
      behaviour = {
        install: ({ exchange }) => ({ kind: 'refused', exchange, refusal: { code, message } }),
      }
      await refused(400, expected, `${label()} refused: ${message}`)
    })
  }

  it('that is not connected is refused at once, with what to look at', async () => {
    const host = await enrolHost(plane, { Name: 'db-1' })
    const answer = await push(plane.root, host.instanceId)
    // A wait would end as 503.
    assert.deepEqual([answer.status, answer.code], [400, 'EC2InstanceStateInvalidException'])
    assert.equal(
      answer.message,
      `The agent on db-1 (${host.instanceId}) is not connected, so no key was pushed. On the host, see "fleetkey agent status" and that it can reach this server.`,
    )
    assert.equal(plane.trail().at(-1)?.errorCode, 'EC2InstanceStateInvalidException')
  })

  it('that leaves while it is asked is refused with that cause', async () => {
    const host = await enrolHost(plane)
    const leaving = await connectAgent(plane, host, {
      install() {
        leaving.socket.terminate()
        return undefined
      },
    })
    const answer = await push(plane.root, host.instanceId)
    assert.deepEqual([answer.status, answer.code], [503, 'EC2InstanceUnavailableException'])
    assert.match(answer.message, /was lost while the key was pushed; the key may or may not/)
    assert.equal((await push(plane.root, host.instanceId)).code, 'EC2InstanceStateInvalidException')
  })
})
