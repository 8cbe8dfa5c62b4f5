import { generateKey, sshArguments, writeKnownHosts, type KeyPair } from '@fleetkey/fleet/ssh'
import { OS_USER, type HostUnderTest } from './host-under-test.ts'
import { timedProgram } from './timed-program.ts'

/** The yardstick of logins: a standing key in the account's own authorized_keys. */
export interface StaticLogin {
  readonly key: KeyPair
  /** Milliseconds of a whole `ssh host true`. */
  readonly time: () => Promise<number>
  /** The same with another key. */
  readonly timeWith: (key: KeyPair) => Promise<number>
}

export async function allowStaticLogin(under: HostUnderTest, dir: string): Promise<StaticLogin> {
  const key = await generateKey(dir, 'ed25519', 'static')
  const file = `/home/${OS_USER}/.ssh/authorized_keys`
  await under.host.writeFile(file, `${key.publicKey}\n`, { owner: `${OS_USER}:${OS_USER}` })
  const knownHostsFile = await writeKnownHosts(`${dir}/known_hosts`, [under.host])
  const timeWith = ({ identityFile }: KeyPair) => {
    const options = { user: OS_USER, identityFile, knownHostsFile, command: 'true' }
    return timedProgram(['ssh', ...sshArguments(under.host, options)])
  }
  return { key, time: () => timeWith(key), timeWith }
}
