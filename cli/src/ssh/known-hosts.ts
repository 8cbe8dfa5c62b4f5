import { Failure } from '../failure.ts'

/** The types that sshd's host keys have; certificates are not among what agents report. */
const HOST_KEY =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/]{40,2000}={0,2}$/

/**
 * The known_hosts file with which ssh recognises one instance. Under HostKeyAlias ssh looks keys up by the alias alone, without
 * address and port (sshconnect.c, get_hostfile_hostname_ipaddr), so one name is enough for every port. Undefined when no
 * key is usable: then there is nothing to recognise the host by, and it must not be spoken to.
 */
export function knownHosts(instanceId: string, hostKeys: readonly string[]): string | undefined {
  // A line that is more than a key could add another host or a certificate authority.
  const lines = hostKeys.filter((key) => HOST_KEY.test(key)).map((key) => `${instanceId} ${key}\n`)
  return lines.length === 0 ? undefined : lines.join('')
}

export function hostKeysUnknown(instanceId: string): Failure {
  return new Failure('hostKeysUnknown', `${instanceId} has reported no host keys.`, {
    why: [
      'without them the host cannot be told from an impostor, and a host is never trusted on first use',
    ],
    todo: [
      'Check that sshd is installed there, and that the agent runs: fleetkey agent status',
      `See what it reported: fleetkey instances show ${instanceId}`,
    ],
  })
}
