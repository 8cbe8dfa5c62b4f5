import type { ControlPlane } from '@fleetkey/fleet/control-plane'
import { clientEnvironment } from '@fleetkey/fleet/control-plane'
import { fleetkey, fleetkeyJson, type ClientEnvironment } from '@fleetkey/fleet/fleetkey'

/** What alice may do: see the fleet, and reach staging as deploy. */
export const ALICE = { env: 'staging', osUser: 'deploy' } as const

const ALICE_POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'SeeTheFleet', Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    {
      Sid: 'ReachStaging',
      Effect: 'Allow',
      Action: 'ec2-instance-connect:SendSSHPublicKey',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:ResourceTag/env': ALICE.env, 'ec2:osuser': ALICE.osUser },
      },
    },
  ],
}

const ADMIN_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }],
}

/** Makes an administrator and alice, with the commands that a person would use. */
export async function makePeople(
  plane: ControlPlane,
): Promise<{ readonly admin: ClientEnvironment; readonly alice: ClientEnvironment }> {
  const [admin, alice] = await Promise.all([
    makeUser(plane, 'admin', ADMIN_POLICY),
    makeUser(plane, 'alice', ALICE_POLICY),
  ])
  return { admin, alice }
}

async function makeUser(
  plane: ControlPlane,
  name: string,
  policy: object,
): Promise<ClientEnvironment> {
  const env = plane.root
  await must(['iam', 'users', 'create', name], { env })
  const [, key] = await Promise.all([
    must(['iam', 'users', 'put-policy', name, 'main', '-'], { env, input: JSON.stringify(policy) }),
    fleetkeyJson(['iam', 'access-keys', 'create', name], { env }),
  ])
  const { accessKeyId, secretAccessKey } = key as { accessKeyId: string; secretAccessKey: string }
  return clientEnvironment({
    url: plane.url,
    caFile: plane.caFile,
    region: env['AWS_REGION'] ?? '',
    accessKeyId,
    secretAccessKey,
  })
}

async function must(argv: readonly string[], options: { env: ClientEnvironment; input?: string }) {
  const { code, stdout, stderr } = await fleetkey(argv, options)
  if (code !== 0) throw new Error(`fleetkey ${argv.join(' ')}: exit ${code}\n${stderr}${stdout}`)
}
