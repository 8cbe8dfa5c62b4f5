import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { HostFacts } from '@fleetkey/domain/host-facts'
import type { ReactNode } from 'react'
import { Copyable } from '../../../ui/copyable.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import type { DetailedInstance, ListedInstance } from '../listed-instance.ts'
import { InstanceState } from '../state-indicator.tsx'
import { HostKeys } from './host-keys.tsx'
import { LockState } from './lock-state.tsx'
import { PendingHost } from './pending-host.tsx'

/** What it is, what its agent said of its host, and whether grants are the only way in. */
export function DetailsTab({ instance }: { readonly instance: DetailedInstance }) {
  const { facts } = instance
  return (
    <SpaceBetween size="m">
      <InstanceProblems instance={instance} />
      <Container header={<Header variant="h2">Instance</Header>}>
        <InstanceSummary instance={instance} />
      </Container>
      {facts === undefined ? (
        instance.state === 'pending' && <PendingHost instanceId={instance.instanceId} />
      ) : (
        <>
          <Agent instance={instance} facts={facts} />
          <Sshd facts={facts} />
          <Container header={<Header variant="h2">Lock</Header>}>
            <LockState lock={facts.lock} />
          </Container>
        </>
      )}
    </SpaceBetween>
  )
}

/** What its agent sees that stops logins; nothing where there is nothing. */
export function InstanceProblems({
  instance: { facts, state },
}: {
  readonly instance: ListedInstance
}) {
  if (facts === undefined || facts.problems.length === 0) return undefined
  return (
    <Alert
      type="warning"
      header={
        state === 'running'
          ? 'Its agent sees what stops logins'
          : 'What its agent last said of what stops logins'
      }
    >
      <ul style={{ margin: 0, paddingInlineStart: '1.2em' }}>
        {facts.problems.map((problem) => (
          <li key={problem}>
            <bdi>{problem}</bdi>
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** EC2's "Instance summary". */
export function InstanceSummary({ instance }: { readonly instance: ListedInstance }) {
  const { facts } = instance
  return (
    <KeyValuePairs
      columns={3}
      items={[
        pair('Instance ID', copyable(instance.instanceId, 'the instance ID')),
        pair('Instance state', <InstanceState instance={instance} />),
        pair('Private IPv4 address', copyable(instance.privateAddress4, 'the private address')),
        pair('Name', plain(instance.name)),
        pair('Launch time', <TimeText seconds={instance.launchedAt} />),
        pair('Public IPv4 address', copyable(instance.publicAddress4, 'the public address')),
        pair('Site', plain(instance.site)),
        pair('Instance type', plain(instance.instanceType)),
        pair('IPv6 address', copyable(instance.address6, 'the IPv6 address')),
        pair('Host name', copyable(facts?.hostname, 'the host name')),
        pair('Operating system', plain(facts?.os)),
        pair('Architecture', plain(facts?.architecture)),
        pair('VPC ID', copyable(instance.vpcId, 'the VPC ID')),
        pair('Subnet ID', copyable(instance.subnetId, 'the subnet ID')),
        pair('Image', plain(instance.imageId)),
      ]}
    />
  )
}

function Agent({
  instance: { link },
  facts,
}: {
  readonly instance: ListedInstance
  readonly facts: HostFacts
}) {
  const isHere = link?.state === 'connected'
  return (
    <Container header={<Header variant="h2">Agent</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          pair(
            'Agent link',
            <StatusIndicator type={isHere ? 'success' : 'stopped'}>
              {isHere ? 'Connected' : 'Not connected'}
            </StatusIndicator>,
          ),
          pair('Since', <TimeText seconds={link?.since} />),
          pair('Agent version', plain(facts.agentVersion)),
          pair('Delivery of keys', DELIVERIES[facts.delivery]),
          pair('Able to', plain((facts.abilities ?? []).join(', '))),
        ]}
      />
    </Container>
  )
}

/** docs/operate/hosts.md */
const DELIVERIES: Readonly<Record<HostFacts['delivery'], string>> = {
  command: 'command: sshd asks our helper',
  file: 'file: one more file that sshd reads',
  home: "home: a marked block in the user's authorized_keys",
  metadata: "metadata: Amazon's host package",
}

function Sshd({ facts }: { readonly facts: HostFacts }) {
  return (
    <Container header={<Header variant="h2">sshd</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            pair('Version', facts.sshdVersion === '' ? 'sshd was not found' : facts.sshdVersion),
            pair('Port', String(facts.sshPort)),
            pair('Answers at', plain(facts.sshAddresses.join(', '))),
            pair('Addresses', plain([...facts.addresses4, ...facts.addresses6].join(', '))),
            pair(
              'Tunnels may lead to',
              facts.tunnelPorts.length === 0
                ? 'no port, by its administrator'
                : `port ${facts.tunnelPorts.join(', ')}`,
            ),
          ]}
        />
        <HostKeys keys={facts.hostKeys} />
      </SpaceBetween>
    </Container>
  )
}

const pair = (label: string, value: ReactNode) => ({ label, value })

const plain = (text: string | undefined): ReactNode =>
  text === undefined || text === '' ? '–' : <bdi>{text}</bdi>

const copyable = (text: string | undefined, what: string): ReactNode =>
  text === undefined || text === '' ? '–' : <Copyable text={text} what={what} />
