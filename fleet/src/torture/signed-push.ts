import { createHash, createHmac, generateKeyPairSync, randomUUID } from 'node:crypto'
import type { Digests } from '@fleetkey/wire/aws/sigv4'
import { signSigV4 } from '@fleetkey/wire/aws/sigv4-sign'
import { parseSshPublicKey, sshFingerprint } from '@fleetkey/wire/ssh/public-key'
import { writeWireStrings } from '@fleetkey/wire/ssh/wire-strings'
import type { ClientEnvironment } from '../fleetkey.ts'

/** The very bytes of a push, to be sent any number of times. */
export interface SignedPush {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const digests: Digests = {
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
}

export function signPush(
  client: ClientEnvironment,
  push: { readonly instanceId: string; readonly osUser: string; readonly publicKey: string },
): SignedPush {
  const body = Buffer.from(
    JSON.stringify({
      InstanceId: push.instanceId,
      InstanceOSUser: push.osUser,
      SSHPublicKey: push.publicKey,
    }),
  )
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEC2InstanceConnectService.SendSSHPublicKey',
    'amz-sdk-invocation-id': randomUUID(),
  }
  const signature = signSigV4(
    {
      method: 'POST',
      host: new URL(client['AWS_ENDPOINT_URL'] ?? '').host,
      target: '/',
      headers,
      body,
      credentials: {
        accessKeyId: client['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: client['AWS_SECRET_ACCESS_KEY'] ?? '',
      },
      region: client['AWS_REGION'] ?? '',
      service: 'ec2-instance-connect',
      now: Date.now(),
    },
    digests,
  )
  return { headers: { ...headers, ...signature }, body }
}

/** The public half of a key that nobody will log in with: 0.1 ms instead of a run of ssh-keygen. */
export function inventPublicKey(): string {
  const spki = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
  const blob = writeWireStrings([Buffer.from('ssh-ed25519'), spki.subarray(-32)])
  return `ssh-ed25519 ${blob.toBase64()}`
}

/** `SHA256:…`, as the trail, the agent and sshd name a key. */
export function fingerprintOf(publicKey: string): string {
  return sshFingerprint(parseSshPublicKey(publicKey), (blob) => digests.sha256(blob))
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')
