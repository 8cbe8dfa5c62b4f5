import type { ControlPlane } from '@fleetkey/fleet/control-plane'
import type { ClientEnvironment } from '@fleetkey/fleet/fleetkey'
import { makeUser } from '@fleetkey/fleet/make-user'

/** What alice may do: see the fleet, and reach staging as deploy. */
export const ALICE = { env: 'staging', osUser: 'deploy' } as const

const ALICE_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'SeeTheFleet',
      Effect: 'Allow',
      // A tunnel lets nobody in: for that the key counts, below.
      Action: [
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceConnectEndpoints',
        'ec2-instance-connect:OpenTunnel',
      ],
      Resource: '*',
    },
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
