import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  AuthException,
  EC2InstanceConnectClient,
  EC2InstanceConnectServiceException,
  SendSSHPublicKeyCommand,
} from '@aws-sdk/client-ec2-instance-connect'
import type { ApiClient } from '../testing/api-client.ts'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, type FakeAgent } from '../testing/fake-agent.ts'
import { pushFields } from '../testing/push.ts'

let plane: ControlPlane
let agent: FakeAgent
before(async () => {
  plane = await startControlPlane({ deliveryDeadlineMs: 100 })
  agent = await connectAgent(plane, await enrolHost(plane))
})
after(async () => {
  await agent.close()
  await plane.close()
})

const sdk = (credentials: Pick<ApiClient, 'accessKeyId' | 'secretAccessKey'>) =>
  new EC2InstanceConnectClient({
    endpoint: plane.url,
    region: 'on-prem-1',
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
    },
    maxAttempts: 1,
  })

async function refusal(
  credentials: Pick<ApiClient, 'accessKeyId' | 'secretAccessKey'>,
  instanceId: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<EC2InstanceConnectServiceException> {
  const client = sdk(credentials)
  try {
    await client.send(new SendSSHPublicKeyCommand(pushFields(instanceId, fields)))
  } catch (error) {
    assert.ok(error instanceof EC2InstanceConnectServiceException)
    assert.ok(!(error instanceof AuthException))
    assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
    return error
  } finally {
    client.destroy()
  }
  return assert.fail('it went through')
}

describe('the AWS SDK for JavaScript, unmodified', () => {
  it('pushes a key', async () => {
    const client = sdk(plane.root)
    const answer = await client.send(new SendSSHPublicKeyCommand(pushFields(agent.host.instanceId)))
    client.destroy()
    assert.equal(answer.Success, true)
    assert.equal(answer.RequestId, answer.$metadata.requestId)
    assert.equal(agent.grants().at(-1)?.requestId, answer.RequestId)
  })

  it('knows each refusal by its name', async () => {
    const nobody = await plane.user('nobody')
    const offline = await enrolHost(plane)
    const silent = await connectAgent(plane, await enrolHost(plane), { prepare: () => undefined })
    const { instanceId } = agent.host
    const wrongSecret = { accessKeyId: nobody.accessKeyId, secretAccessKey: 'x'.repeat(40) }
    const unknownKey = { ...wrongSecret, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }
    const found = [
      await refusal(nobody, instanceId),
      await refusal(wrongSecret, instanceId),
      await refusal(unknownKey, instanceId),
      await refusal(plane.root, 'i-00000000000000000'),
      await refusal(plane.root, instanceId, { InstanceOSUser: '../etc' }),
      await refusal(plane.root, offline.instanceId),
      await refusal(plane.root, silent.host.instanceId),
    ]
    assert.deepEqual(
      found.map(({ name, $metadata }) => [name, $metadata.httpStatusCode]),
      [
        ['AccessDeniedException', 400],
        ['InvalidSignatureException', 400],
        ['UnrecognizedClientException', 400],
        ['EC2InstanceNotFoundException', 400],
        ['InvalidArgsException', 400],
        ['EC2InstanceStateInvalidException', 400],
        ['EC2InstanceUnavailableException', 503],
      ],
    )
    assert.match(found[4]?.message ?? '', /^1 validation error detected/)
    await silent.close()
  })
})
