import type { HostFacts } from '@fleetkey/domain/host-facts'
import type { DetailedInstance, ListedInstance } from '../listed-instance.ts'

export const SAMPLE_FACTS: HostFacts = {
  hostname: 'web-1.example',
  os: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x64',
  agentVersion: '0.9.0',
  addresses4: ['10.0.0.7', '192.0.2.7'],
  addresses6: ['2001:db8::7'],
  sshAddresses: ['10.0.0.7'],
  sshPort: 22,
  tunnelPorts: [22],
  sshdVersion: 'OpenSSH_9.2p1',
  hostKeys: [],
  delivery: 'command',
  lock: { kind: 'locked' },
  problems: [],
}

/** A running instance that differs from others in what is given. */
export function sampleInstance(
  given: Partial<Omit<ListedInstance, 'tags' | 'facts'>> & {
    readonly tags?: Readonly<Record<string, string>>
    readonly facts?: Partial<HostFacts>
  },
): DetailedInstance {
  const { tags = {}, facts, ...rest } = given
  return {
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    stateReason: '',
    name: tags['Name'],
    site: tags['Site'] ?? 'default',
    vpcId: 'vpc-1',
    subnetId: 'subnet-1',
    groups: [{ groupId: 'sg-1', name: 'default' }],
    privateAddress4: '10.0.0.7',
    publicAddress4: undefined,
    address6: '2001:db8::7',
    instanceType: 'fleetkey.host',
    imageId: 'fleetkey-host',
    launchedAt: 1_790_000_000,
    link: { state: 'connected', since: 1_790_000_100 },
    ...rest,
    tags: new Map(Object.entries(tags)),
    facts: { ...SAMPLE_FACTS, ...facts },
  }
}
