import type { ConnectTarget } from './connect-target.ts'

/** What the commands of the page need to know beside the instance. */
export interface CommandFacts extends Pick<
  ConnectTarget,
  'instanceId' | 'name' | 'address' | 'sshPort'
> {
  readonly osUser: string
  /** Of the control plane, as this browser reached it. */
  readonly url: string
  /** Of the instance's site, where it is known. */
  readonly endpointId: string | undefined
}

/** A Name tag that is one plain word can stand in a command; any other instance is called by its id. */
export function calledName({
  name,
  instanceId,
}: Pick<ConnectTarget, 'name' | 'instanceId'>): string {
  return name !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name) ? name : instanceId
}

export function fleetkeySsh(facts: CommandFacts): string {
  return `fleetkey ssh ${facts.osUser}@${calledName(facts)}`
}

export function fleetkeyScp(facts: CommandFacts): string {
  return `fleetkey scp -r ./FILE ${facts.osUser}@${calledName(facts)}:`
}

export function fleetkeySftp(facts: CommandFacts): string {
  return `fleetkey sftp ${facts.osUser}@${calledName(facts)}`
}

export function awsSsh({ instanceId, osUser, url }: CommandFacts): string {
  return `aws ec2-instance-connect ssh --instance-id ${instanceId} --os-user ${osUser} --endpoint-url ${url}`
}

/** Once for each machine; from then on ssh, scp, rsync, git, VS Code and Ansible know the instances. */
export const SSH_CONFIG_INSTALL = 'fleetkey ssh-config install'

export function plainSsh(facts: CommandFacts): string {
  return `ssh ${facts.osUser}@${calledName(facts)}`
}

/** For a key of one's own: it is pushed, and used within 60 seconds. */
export function sendKey(facts: CommandFacts): string {
  return `fleetkey send-key ${calledName(facts)} --os-user ${facts.osUser} --public-key ~/.ssh/id_ed25519.pub`
}

/** For ~/.ssh/config, with a key of one's own. */
export function configSnippet(facts: CommandFacts): string {
  const { osUser, address, sshPort } = facts
  return [
    `Host ${calledName(facts)}`,
    `  HostName ${address ?? 'ADDRESS'}`,
    `  Port ${sshPort}`,
    `  User ${osUser}`,
    '  IdentityFile ~/.ssh/id_ed25519',
    '  IdentitiesOnly yes',
  ].join('\n')
}

export function fleetkeyTunnel(facts: CommandFacts): string {
  return `fleetkey tunnel ${calledName(facts)} --local-port ${LOCAL_PORT}`
}

export function awsTunnel({ instanceId, address, sshPort, endpointId, url }: CommandFacts): string {
  const where =
    endpointId === undefined || address === undefined
      ? `--instance-id ${instanceId}`
      : `--instance-connect-endpoint-id ${endpointId} --private-ip-address ${address}`
  return `aws ec2-instance-connect open-tunnel ${where} --remote-port ${sshPort} --local-port ${LOCAL_PORT} --endpoint-url ${url}`
}

export function throughTunnel({ osUser }: CommandFacts): string {
  return `ssh -p ${LOCAL_PORT} ${osUser}@127.0.0.1`
}

const LOCAL_PORT = 2222
