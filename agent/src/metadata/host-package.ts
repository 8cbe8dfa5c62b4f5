import { existsSync, readFileSync, statSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import type { SshdConfig } from '../sshd.ts'

/** Amazon's host package as it is installed here. */
export interface HostPackage {
  /** What sshd runs. */
  readonly command: string
  /** Where it looks for the roots that it trusts: a directory (Debian) or one file (Red Hat), whose roots it takes beside any root it is served. */
  readonly trust: { readonly kind: 'directory' | 'bundle'; readonly path: string }
}

/** Debian's and Ubuntu's package; Amazon Linux's and Red Hat's. */
const DIRECTORIES = ['/usr/share/ec2-instance-connect', '/opt/aws/bin'] as const
const COMMAND = 'eic_run_authorized_keys'

export function findHostPackage(): HostPackage | undefined {
  const directory = DIRECTORIES.find((path) => existsSync(`${path}/${COMMAND}`))
  if (directory === undefined) return undefined
  const path = readTrustPath(directory) ?? '/etc/ssl/certs'
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  return {
    command: `${directory}/${COMMAND}`,
    trust: { kind: isDirectory ? 'directory' : 'bundle', path },
  }
}

/** The one line in which the packages for the two families of systems differ. */
function readTrustPath(directory: string): string | undefined {
  try {
    const script = readFileSync(`${directory}/eic_curl_authorized_keys`, 'utf8')
    return /^ca_path=(\/[\w./-]+)$/m.exec(script)?.[1]
  } catch {
    return undefined // version 2, a compiled program, has no such script
  }
}

/** Whether this value of AuthorizedKeysCommand runs the package. */
export const isHostPackageCommand = (value: string): boolean =>
  DIRECTORIES.some((directory) => value.split(' ')[0] === `${directory}/${COMMAND}`)

/** What the package adds to the service unit of sshd, where it leaves sshd's configuration alone. */
const DROP_INS = ['ssh.service.d', 'sshd.service.d'].map(
  (unit) => `/usr/lib/systemd/system/${unit}/ec2-instance-connect.conf`,
)

/** Whether sshd asks the package: by its configuration, or by the command line that systemd starts or has started it with. */
export function isAskedBySshd(
  { command }: HostPackage,
  config: SshdConfig,
  dropIns: readonly string[] = DROP_INS,
): boolean {
  if (isHostPackageCommand(config.get('authorizedkeyscommand')?.[0] ?? 'none')) return true
  // sshd that starts by socket runs only once somebody has connected.
  if (dropIns.some((file) => read(file)?.includes(command) === true)) return true
  const pidFile = config.get('pidfile')?.[0] ?? 'none'
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim())
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(command)
  } catch {
    return false // not running, or another program's number
  }
}

/** Where the package looks for a root of this name in a directory of roots. */
export function trustFileOf(root: string, directory: string): string {
  const name = /^CN=([A-Za-z0-9 ]{1,64})$/m.exec(new X509Certificate(root).subject)?.[1]
  if (name === undefined) throw new Error('the root of the managed signer has no usable name')
  return `${directory}/${name.replace(/ +/g, '_')}.pem`
}

/** Why the package would take this machine for none of EC2's, or undefined. It compares the DMI asset tag with the instance id. */
export function findMachineProblem(instanceId: string, sys = '/sys'): string | undefined {
  const hypervisor = read(`${sys}/hypervisor/uuid`)
  if (hypervisor !== undefined) {
    return hypervisor.startsWith('ec2')
      ? undefined
      : `The host package serves no machine whose /sys/hypervisor/uuid does not begin with ec2 (here ${hypervisor.trim().slice(0, 40)}): use the delivery "command".`
  }
  const tag = read(`${sys}/devices/virtual/dmi/id/board_asset_tag`)?.trim()
  if (tag === instanceId) return undefined
  const here = tag === undefined ? 'not there' : JSON.stringify(tag.slice(0, 32))
  return `The host package serves only machines whose DMI board_asset_tag is the instance id; here it is ${here}. Set it (QEMU: -smbios type=2,asset=${instanceId}), or use the delivery "command".`
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
