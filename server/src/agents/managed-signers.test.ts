import assert from 'node:assert/strict'
import { constants, verify, X509Certificate } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { AgentMessage } from '@fleetkey/wire/agent/agent-messages'
import { managedSignersStatement } from '@fleetkey/wire/agent/managed-signers-statement'
import { signerStatement } from '@fleetkey/wire/agent/signer-statement'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { managedKeyText } from '@fleetkey/wire/aws/managed-key'
import { parseSshPublicKey } from '@fleetkey/wire/ssh/public-key'
import { isSignedBy, publicKeyFrom } from '../secrets/ed25519.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, prepared, type FakeAgent } from '../testing/fake-agent.ts'
import { PUBLIC_KEY, push } from '../testing/push.ts'

const ECDSA_KEY =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHO9L5p+rtAfvGEx20AWwpF+cesEr4FAre7QsVXm0Q6p7pHk4uVTJdJXOSiBsAM6TMLR5b6DwNRHdUaFvpmpGBc='

/** The clock of the host, in another decade. */
const wallClock = 1_000_000_000_500

let plane: ControlPlane
let agent: FakeAgent
before(async () => {
  plane = await startControlPlane()
  agent = await connectAgent(plane, await enrolHost(plane), {
    prepare: (message) => ({ ...prepared(message), wallClock }) as AgentMessage,
  })
})
after(() => plane.close())

describe('an agent that serves managed keys', () => {
  it('is told the signers when it asks, signed as grants are', async () => {
    agent.say({ kind: 'signers-wanted' })
    const { signers, signer } = await agent.hears('signers')
    assert.ok(isSignedBy(publicKeyFrom(plane.issuerPublicKey), signer))
    const { publicKey = '' } = decodeStatement(signerStatement, signer.statement) ?? {}
    assert.ok(isSignedBy(publicKeyFrom(publicKey), signers))
    const told = decodeStatement(managedSignersStatement, signers.statement)
    assert.deepEqual(
      { ...told, chains: told?.chains.length, staples: told?.staples.length, issuedAt: 0 },
      {
        deployment: plane.deployment,
        region: 'on-prem-1',
        availabilityZone: 'on-prem-1a',
        availabilityZoneId: 'onp1-az1',
        partition: 'aws',
        domain: 'amazonaws.com',
        chains: 1,
        staples: 1,
        issuedAt: 0,
      },
    )
  })

  it('gets with the grant a signature that those signers made, until a minute after its own clock', async () => {
    assert.equal((await push(plane.root, agent.host.instanceId)).status, 200)
    const { managed } = await agent.hears('install')
    const [grant] = agent.grants()
    assert.ok(managed && grant)
    assert.equal(managed.expires, 1_000_000_060)
    agent.say({ kind: 'signers-wanted' })
    const { signers } = await agent.hears('signers')
    const [chain = ''] = decodeStatement(managedSignersStatement, signers.statement)?.chains ?? []
    const leaf = new X509Certificate(chain)
    const [{ signer, signature } = { signer: '', signature: '' }] = managed.signatures
    assert.equal(signer, leaf.fingerprint.replaceAll(':', ''))
    const key = parseSshPublicKey(PUBLIC_KEY)
    const text = managedKeyText({ ...grant, key, expires: managed.expires })
    assert.match(text, new RegExp(`^#Instance=${agent.host.instanceId}$`, 'm'))
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    const holds = (of: string) =>
      verify(
        'sha256',
        Buffer.from(of),
        { key: leaf.publicKey, ...padding },
        Buffer.from(signature, 'base64'),
      )
    assert.ok(holds(text))
    assert.ok(!holds(text.replace('#Timestamp=1', '#Timestamp=2')))
  })

  it('is not asked to install a key that the host package does not know', async () => {
    const before = agent.grants().length
    const answer = await push(plane.root, agent.host.instanceId, { SSHPublicKey: ECDSA_KEY })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidArgsException'])
    assert.match(answer.message, /ssh-ed25519 and ssh-rsa only: push such a key instead of ecdsa/)
    assert.equal(agent.grants().length, before)
    assert.deepEqual(plane.trail().at(-1)?.errorCode, 'InvalidArgsException')
  })
})

describe('an agent that does not', () => {
  it('gets no such signature', async () => {
    const other = await connectAgent(plane, await enrolHost(plane))
    assert.equal((await push(plane.root, other.host.instanceId)).status, 200)
    assert.equal((await other.hears('install')).managed, undefined)
    await other.close()
  })
})
