import type { ApiClient, ApiResponse } from './api-client.ts'

/** `ssh-keygen -t ed25519`'s kind of line, 80 characters: the shortest key that AWS takes. */
export const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJNdv4Eh02LDdzXiuTRmmLUATH7ndvXzvRjVZZDY7ZZ3'

/** For tests: SendSSHPublicKey with what does not matter filled in. */
export function push(
  client: ApiClient,
  instanceId: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<ApiResponse> {
  return client.call('SendSSHPublicKey', pushFields(instanceId, fields))
}

export function pushFields(instanceId: string, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    InstanceId: instanceId,
    InstanceOSUser: 'ec2-user',
    SSHPublicKey: PUBLIC_KEY,
    ...fields,
  }
}

/** A policy statement that allows pushes to instances with `env: dev`. */
export const PUSH_TO_DEV = {
  Effect: 'Allow',
  Action: 'ec2-instance-connect:SendSSHPublicKey',
  Resource: '*',
  Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } },
}
