import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { call } from '../../../api/call.ts'
import { useAct } from '../../../api/use-act.ts'
import { Command } from '../../../ui/command.tsx'
import { Refusal } from '../../../ui/refusal.tsx'

/** For an instance that was launched and that no host has joined as: with what a host becomes it. */
export function PendingHost({ instanceId }: { readonly instanceId: string }) {
  const [userData, setUserData] = useState<string>()
  const act = useAct(async () => setUserData(await makeUserData(instanceId)))
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="A host becomes it with its user data: cloud-init runs that at the first boot. If nobody joins within 24 hours, the instance is no more."
          actions={
            <Button loading={act.isRunning} onClick={() => void act.run()}>
              {userData === undefined ? 'Make user data' : 'Make new user data'}
            </Button>
          }
        >
          No host has joined as it yet
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Refusal
          refusal={act.refusal}
          header="No user data was made"
          askFor="ec2:DescribeInstanceAttribute and fleetkey:CreateJoinToken"
        />
        {userData === undefined ? (
          <Box>
            There is a one-time secret in it, new each time: what was made before is void then.
          </Box>
        ) : (
          <SpaceBetween size="xs">
            <Box>
              Good for one host within an hour. On a host that runs already, run it as root. It is
              shown only now.
            </Box>
            <Command text={userData} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  )
}

async function makeUserData(instanceId: string): Promise<string> {
  const { UserData } = await call<{ readonly UserData?: { readonly Value?: string } }>(
    'ec2',
    'DescribeInstanceAttribute',
    { InstanceId: instanceId, Attribute: 'userData' },
  )
  if (UserData?.Value === undefined) {
    throw new Error('A host has joined as it meanwhile: it needs no user data any more.')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.fromBase64(UserData.Value))
  } catch {
    throw new Error(
      `There is more in it than text: write it to a file with fleetkey instances user-data ${instanceId} > user-data`,
    )
  }
}
