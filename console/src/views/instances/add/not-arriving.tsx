import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Command } from '../../../ui/command.tsx'

/** What is typical when a host does not arrive, and how to see it on the host. */
export function NotArriving({
  server,
  hasJoined,
  isExpanded,
}: {
  readonly server: string
  /** Its token was used, and its agent is not connected. */
  readonly hasJoined: boolean
  /** Open without being asked: somebody has waited long enough. */
  readonly isExpanded: boolean
}) {
  return (
    <ExpandableSection
      key={String(isExpanded)}
      headerText="It does not arrive?"
      defaultExpanded={isExpanded}
    >
      <SpaceBetween size="m">
        {(hasJoined ? AFTER_JOIN : causesFor(new URL(server))).map(({ says, look }) => (
          <div key={says}>
            {says}
            {look !== undefined && <Command text={look} />}
          </div>
        ))}
      </SpaceBetween>
    </ExpandableSection>
  )
}

interface Typical {
  readonly says: string
  /** To be run on the host. */
  readonly look?: string
}

const AFTER_JOIN: readonly Typical[] = [
  {
    says: 'The host has joined, and its agent is not connected yet. See whether its service runs, and what it says:',
    look: 'systemctl status fleetkey-agent; journalctl -u fleetkey-agent -n 50',
  },
  {
    says: 'Without systemd, start the agent by what starts programs there:',
    look: 'fleetkey agent run',
  },
  { says: 'What the host itself sees:', look: 'fleetkey agent status' },
  {
    says: 'The clock: an agent whose time is wrong takes the certificate of the control plane for "not yet valid" or "expired".',
    look: 'date -u; timedatectl set-ntp true',
  },
]

/** See docs/operate/hosts.md: what joining needs. */
function causesFor({ hostname, port, origin }: URL): readonly Typical[] {
  const isName = !/^\[|^\d+\.\d+\.\d+\.\d+$/.test(hostname)
  return [
    { says: 'No such program: is Fleetkey on the host?', look: 'command -v fleetkey' },
    ...(isName
      ? [
          {
            says: 'DNS: does the name of the control plane lead anywhere from there?',
            look: `getent hosts ${hostname}`,
          },
        ]
      : []),
    {
      says: `A firewall: the host must be let out to TCP port ${port || '443'} of the control plane. This says "SSL connection using" when it is:`,
      look: `curl -kv --max-time 5 -o /dev/null ${origin}/`,
    },
    {
      says: 'The CA pin: "none of its certificates has the token\'s fingerprint" means that something between ends TLS (a proxy, a load balancer), or that this is another control plane. Use an address that leads straight to it, or hand over the CA: fleetkey agent join --ca-file.',
    },
    {
      says: 'The clock: a certificate that is "not yet valid" or "expired" is one of a host whose time is wrong.',
      look: 'date -u; timedatectl set-ntp true',
    },
    {
      says: 'The host has joined before, and says so: with --replace behind "agent join" it becomes a new instance.',
    },
  ]
}
