import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { isOsUser } from '@fleetkey/domain/os-user'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { ApiRefusal } from '../../api/api-refusal.ts'
import { call } from '../../api/call.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useLive } from '../../live/use-live.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { Page } from '../../ui/page.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { UrlTabs } from '../../ui/url-tabs.tsx'
import { isNoInstance, NoSuchInstance } from '../instances/no-such-instance.tsx'
import { BrowserTab } from './browser-tab.tsx'
import { SshClientTab, TunnelTab } from './command-tabs.tsx'
import { readTarget, type ConnectTarget } from './connect-target.ts'
import { proposedOsUser } from './proposed-os-user.ts'
import { useOwnAccess } from './use-own-access.ts'
import { WayCheck } from './way-check.tsx'

/** "Connect to instance", as EC2 has it. */
export function Connect() {
  const { id = '' } = useParams()
  const read = useAnswer(id, (signal) => readTarget(id, signal))
  const target = read.value
  // A host that comes back while somebody waits for it here is to be seen.
  useLive('instances', (heard) => {
    if (heard.type === 'missed' || heard.changed.some((each) => each['InstanceId'] === id)) {
      read.reload()
    }
  })
  const proposed = useAnswer(`${id} ${target !== undefined}`, async (signal) =>
    target === undefined ? undefined : await proposedOsUser(target, signal),
  )
  return (
    <Page
      title="Connect to instance"
      parents={[
        { text: 'Instances', href: '/instances' },
        {
          text: target?.name ?? id,
          href: `/instances/${encodeURIComponent(id)}`,
        },
      ]}
      description={`Connect to ${target?.name ?? 'the instance'} in one of these ways.`}
    >
      <SpaceBetween size="l">
        {target !== undefined && proposed.value !== undefined ? (
          <Ways target={target} proposed={proposed.value} />
        ) : (
          <NotShown
            instanceId={id}
            refusal={read.refusal ?? proposed.refusal}
            onRetry={read.reload}
          />
        )}
      </SpaceBetween>
    </Page>
  )
}

function NotShown({
  instanceId,
  refusal,
  onRetry,
}: {
  readonly instanceId: string
  readonly refusal: ApiRefusal | undefined
  readonly onRetry: () => void
}) {
  if (refusal === undefined) return <Spinner size="large" />
  if (isNoInstance(refusal)) return <NoSuchInstance instanceId={instanceId} />
  return (
    <Refusal
      refusal={refusal}
      header="The instance is not shown"
      askFor="ec2:DescribeInstances"
      onRetry={onRetry}
    />
  )
}

function Ways({ target, proposed }: { readonly target: ConnectTarget; readonly proposed: string }) {
  const [osUser, setOsUser] = useState(proposed)
  const access = useOwnAccess(target.instanceId, osUser)
  const endpoint = useAnswer(`endpoint ${target.vpcId ?? ''}`, (signal) =>
    endpointOf(target.vpcId, signal),
  )
  // Only a name that can be one goes into a command line.
  const facts = {
    ...target,
    osUser: isOsUser(osUser) ? osUser : 'USER',
    url: location.origin,
    endpointId: endpoint.value,
  }
  return (
    <SpaceBetween size="l">
      <WayCheck target={target} />
      <Container>
        <KeyValuePairs
          columns={3}
          items={[
            {
              label: 'Instance ID',
              value: <Copyable text={target.instanceId} what="the instance ID" />,
            },
            {
              label: 'Name',
              value: (
                <RouteLink to={`/instances/${encodeURIComponent(target.instanceId)}`}>
                  {target.name ?? target.instanceId}
                </RouteLink>
              ),
            },
            {
              label: 'Address',
              value:
                target.address === undefined ? (
                  <Box>–</Box>
                ) : (
                  <Copyable
                    text={
                      target.sshPort === 22 ? target.address : `${target.address}:${target.sshPort}`
                    }
                    what="the address"
                  />
                ),
            },
          ]}
        />
      </Container>
      <UrlTabs
        variant="container"
        tabs={[
          {
            id: 'browser',
            label: 'Fleetkey connect',
            content: (
              <BrowserTab target={target} osUser={osUser} onOsUser={setOsUser} access={access} />
            ),
          },
          {
            id: 'ssh',
            label: 'SSH client',
            content: <SshClientTab facts={facts} osUser={osUser} onOsUser={setOsUser} />,
          },
          {
            id: 'tunnel',
            label: 'Tunnel',
            content: <TunnelTab facts={facts} osUser={osUser} onOsUser={setOsUser} />,
          },
        ]}
      />
    </SpaceBetween>
  )
}

/** The endpoint of the instance's site; undefined where there is none or it may not be seen: clients find it by themselves. */
async function endpointOf(
  vpcId: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (vpcId === undefined) return undefined
  try {
    const { InstanceConnectEndpoints = [] } = await call<{
      readonly InstanceConnectEndpoints?: readonly {
        readonly InstanceConnectEndpointId?: string
        readonly VpcId?: string
      }[]
    }>('ec2', 'DescribeInstanceConnectEndpoints', {}, signal)
    return InstanceConnectEndpoints.find((each) => each.VpcId === vpcId)?.InstanceConnectEndpointId
  } catch {
    return undefined
  }
}
