import { createHash, createHmac, randomUUID } from 'node:crypto'
import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import type { Digests } from '@fleetkey/wire/aws/sigv4'
import type { HttpRequest } from './http-connections.ts'
import type { MeasuredServer } from './measured-server.ts'

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}

/** A call of the API as an AWS client would send it. `target` is for example `Fleetkey.CreateJoinToken`. */
export function signedRequest(
  server: MeasuredServer,
  call: { readonly service: string; readonly target: string; readonly input: object },
): HttpRequest {
  const body = Buffer.from(JSON.stringify(call.input))
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': call.target,
    // As the SDKs send it; without it the same call in the same second would be the same request, a replay.
    'amz-sdk-invocation-id': randomUUID(),
  }
  const signature = signSigV4(
    {
      method: 'POST',
      host: new URL(server.url).host,
      target: '/',
      headers,
      body,
      credentials: server.credentials,
      region: server.region,
      service: call.service,
      now: Date.now(),
    },
    digests,
  )
  return { path: '/', headers: { ...headers, ...signature }, body }
}

/** A push of a key to an instance. */
export function signedPush(
  server: MeasuredServer,
  push: { readonly instanceId: string; readonly osUser: string; readonly publicKey: string },
): HttpRequest {
  return signedRequest(server, {
    service: 'ec2-instance-connect',
    target: 'AWSEC2InstanceConnectService.SendSSHPublicKey',
    input: {
      InstanceId: push.instanceId,
      InstanceOSUser: push.osUser,
      SSHPublicKey: push.publicKey,
    },
  })
}
