import { randomBytes } from 'node:crypto'
import type { ControlPlane } from '@fleetkey/fleet/control-plane'
import type { ClientEnvironment } from '@fleetkey/fleet/fleetkey'
import { makeUser } from '@fleetkey/fleet/make-user'
import { setPassword } from '@fleetkey/fleet/set-password'
import type { ConsoleAccount } from './demo.ts'

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

/** A person of the demo: for programs and in the console. */
export interface Person {
  readonly environment: ClientEnvironment
  readonly account: ConsoleAccount
}

/** Makes an administrator and alice, with the commands that a person would use. */
export async function makePeople(
  plane: ControlPlane,
): Promise<{ readonly admin: Person; readonly alice: Person }> {
  const [admin, alice] = await Promise.all([
    makePerson(plane, 'admin', ADMIN_POLICY),
    makePerson(plane, 'alice', ALICE_POLICY),
  ])
  return { admin, alice }
}

async function makePerson(plane: ControlPlane, name: string, policy: object): Promise<Person> {
  const password = newPassword()
  const environment = await makeUser(plane, name, policy)
  await setPassword(plane, name, password)
  return { environment, account: { name, password } }
}

/** To be typed from a screen: 48 random bits. */
const newPassword = (): string =>
  randomBytes(6)
    .toString('hex')
    .replaceAll(/(.{4})(?=.)/g, '$1-')
