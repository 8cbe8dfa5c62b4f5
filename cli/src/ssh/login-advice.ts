import { judgeKnock } from '../doctor/from-here.ts'
import type { Knock } from '../doctor/knock.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import type { LoginTarget } from './login-target.ts'

/** What to check when the host knew the push but did not take the key. Text from the host is not yet made printable. */
export function afterDenial(target: LoginTarget, instance: ListedInstance): readonly string[] {
  const { facts } = instance
  const lines = [
    `The key was pushed to ${target.instanceId} and offered for ${target.osUser}, but its sshd did not take it.`,
  ]
  for (const problem of facts?.problems ?? []) lines.push(`  the agent there says: ${problem}`)
  lines.push(
    `  Check that the account ${target.osUser} may log in there: it exists, has a shell, is not locked or expired.`,
    '  Check AllowUsers, DenyUsers and Match blocks in its sshd_config.',
  )
  if (facts?.lock.kind === 'unknown') {
    lines.push(`  The agent could not read sshd's settings: ${facts.lock.because}`)
  }
  if (instance.link.state !== 'connected') {
    lines.push(`  Its agent's link is ${instance.link.state}: what it reported may be old.`)
  }
  lines.push(`  What the host saw of it: fleetkey events --instance ${target.instanceId}`)
  return lines
}

/** What to check when ssh never got as far as keys; ssh has said why. `found`: what a knock at the same place came to. */
export function afterNoConnection(
  target: LoginTarget,
  instance: ListedInstance,
  found: Knock,
): readonly string[] {
  const { address, port, instanceId } = target
  const others = [...(instance.facts?.sshAddresses ?? [])]
    .filter((other) => other !== address)
    .slice(0, 8)
  const { sshPort } = instance.facts ?? {}
  if (sshPort !== undefined && sshPort !== port) {
    return [
      `The instance reports that its sshd listens on port ${sshPort}, and port ${port} was asked for: leave out -p.`,
    ]
  }
  if (found.kind === 'dropped') {
    const { says, mend } = judgeKnock(found, `${address} port ${port}`)
    return [says, ...(mend === undefined ? [] : [`  do  ${mend.says}`])]
  }
  const lines = [
    `ssh did not get as far as offering the key to ${instanceId} at ${address} port ${port}.`,
    '  Check that sshd runs there, and that this machine can reach it: route, VPN, firewall; -J jumps through another host.',
    '  Or let the control plane carry it: --via tunnel',
  ]
  if (others.length > 0) lines.push(`  Other addresses of it, for --address: ${others.join(' ')}`)
  return lines
}
