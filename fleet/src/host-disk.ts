import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { accountsOf, type Account } from './accounts.ts'
import { isOpensshSince } from './openssh.ts'
import { mustRun } from './run-program.ts'

/** What of a host outlives a reboot: a directory of the machine. Everything else is mounted at boot, see `host-mounts.ts`. */
export interface HostDisk {
  /** Holds the layers and `fstab`. */
  readonly dir: string
  /** Becomes `/` of the host. */
  readonly root: string
  /** Directories of the machine that the host sees as if they were its own, changes kept to itself. */
  readonly layers: readonly string[]
  /** "type base64", as in known_hosts. */
  readonly hostKeys: readonly string[]
}

export interface DiskSpec {
  readonly name: string
  readonly users: readonly string[]
  readonly sshdConfig?: string
  /** See HostSpec; undefined for the machine's own. */
  readonly openssh: string | undefined
  readonly addresses: readonly string[]
}

/** The dpkg data base is the one part of /var a host shares: packages can be asked for and installed. */
const layered = ['usr', 'etc', 'var/lib/dpkg', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']
const plainDirectories = ['boot', 'home', 'media', 'mnt', 'opt', 'srv', 'proc', 'sys', 'dev', 'run']
const varDirectories = ['backups', 'cache', 'lib', 'local', 'log', 'mail', 'opt', 'spool']

/** Makes the disk of a new host in `dir`, which must not exist. */
export async function makeDisk(dir: string, spec: DiskSpec): Promise<HostDisk> {
  const root = `${dir}/root`
  await directory(root, 0o755)
  await Promise.all([...plainDirectories, 'var'].map((name) => directory(`${root}/${name}`, 0o755)))
  await Promise.all([
    ...varDirectories.map((name) => directory(`${root}/var/${name}`, 0o755)),
    directory(`${root}/root`, 0o700),
    directory(`${root}/tmp`, 0o1777),
    directory(`${root}/var/tmp`, 0o1777),
  ])
  await mustRun(['ln', '-s', '/run', '/run/lock', `${root}/var/`])
  const layers = await shareProgramDirectories(dir)
  if (spec.openssh !== undefined) {
    await mustRun(['cp', '-R', '--', `${spec.openssh}/usr/.`, `${dir}/layer/usr/upper`])
  }
  await Promise.all([
    writeSystemFiles(`${dir}/layer/etc/upper`, spec).then((people) => makeHomes(root, people)),
    ...['wtmp', 'btmp', 'lastlog'].map((name) => put(`${root}/var/log/${name}`, '', 0o640)),
  ])
  const hostKeys = await writeSshFiles(`${root}/first-boot/ssh`, spec)
  return { dir, root, layers, hostKeys }
}

/** Layers of the real directories, the same symbolic links where the machine has one (`/bin -> usr/bin`). */
async function shareProgramDirectories(dir: string): Promise<string[]> {
  const layers: string[] = []
  for (const name of layered.filter((each) => existsSync(`/${each}`))) {
    const link = await readlink(`/${name}`).catch(() => undefined)
    if (link !== undefined) await mustRun(['ln', '-s', '--', link, `${dir}/root/${name}`])
    else {
      layers.push(name)
      for (const path of [`root/${name}`, `layer/${name}/upper`])
        await directory(`${dir}/${path}`, 0o755)
    }
  }
  return layers
}

/** Written into the upper layer, so that the machine's files of these names are not seen at all. */
async function writeSystemFiles(etc: string, spec: DiskSpec): Promise<readonly Account[]> {
  const [passwd, group] = await Promise.all([
    readFile('/etc/passwd', 'utf8'),
    readFile('/etc/group', 'utf8'),
  ])
  const accounts = accountsOf(spec.users, { passwd, group })
  // Without its own name in here some programs wait 10 s for a name server.
  const hosts = ['127.0.0.1 localhost', '::1 localhost ip6-localhost']
    .concat(spec.addresses.map((address) => `${address} ${spec.name}`))
    .join('\n')
  await Promise.all([
    put(`${etc}/passwd`, accounts.passwd),
    put(`${etc}/group`, accounts.group),
    putSecret(`${etc}/shadow`, accounts.shadow),
    putSecret(`${etc}/gshadow`, accounts.gshadow),
    put(`${etc}/hostname`, `${spec.name}\n`),
    put(`${etc}/hosts`, `${hosts}\n`),
    put(`${etc}/machine-id`, `${randomBytes(16).toString('hex')}\n`),
    put(`${etc}/resolv.conf`, ''),
    put(`${etc}/nsswitch.conf`, 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n'),
    put(`${etc}/motd`, ''),
    put(`${etc}/fstab`, ''),
  ])
  return accounts.people
}

async function makeHomes(root: string, people: readonly Account[]): Promise<void> {
  for (const { uid, home } of people)
    for (const path of [`${root}${home}`, `${root}${home}/.ssh`]) {
      await directory(path, 0o700)
      await chown(path, uid, uid)
    }
}

/** `/etc/ssh` of a fresh image; moved into place at the first boot, when the machine's own has been hidden. */
async function writeSshFiles(
  ssh: string,
  { sshdConfig: extra = '', openssh }: Pick<DiskSpec, 'sshdConfig' | 'openssh'>,
): Promise<string[]> {
  await directory(`${ssh}/sshd_config.d`, 0o755)
  const stock = await readFile('/usr/share/openssh/sshd_config', 'utf8').catch(() => debianConfig)
  await put(`${ssh}/sshd_config`, extra === '' ? stock : `${extra}\n${stock}`)
  // Tests fail logins on purpose, all from one address: sshd would drop it. Those of penalties say otherwise in `sshdConfig`.
  const penalties = isOpensshSince([9, 8], openssh) ? 'PerSourcePenalties no\n' : ''
  await put(
    `${ssh}/sshd_config.d/50-image.conf`,
    `PasswordAuthentication no\nLogLevel VERBOSE\n${penalties}`,
  )
  return Promise.all(
    ['ed25519', 'ecdsa'].map(async (type) => {
      const file = `${ssh}/ssh_host_${type}_key`
      await mustRun(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', '', '-f', file])
      return (await readFile(`${file}.pub`, 'utf8')).trim()
    }),
  )
}

/** What Debian's package installs, comments left out; for machines whose package keeps no copy of it. */
const debianConfig = `Include /etc/ssh/sshd_config.d/*.conf
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
`

/** What a boot starts with: no work of the last one, and a boot id of its own. */
export async function preparedForBoot(disk: HostDisk): Promise<string> {
  // A fresh work directory: overlay refuses one that a boot without syncing left behind.
  await Promise.all(
    disk.layers.map(async (name) => {
      await rm(`${disk.dir}/layer/${name}/work`, { recursive: true, force: true })
      await directory(`${disk.dir}/layer/${name}/work`, 0o700)
    }),
  )
  const bootId = `${disk.dir}/boot_id`
  await put(bootId, `${randomUUID()}\n`, 0o444)
  return bootId
}

/** Modes are set apart from creation: the caller's umask must not decide what sshd's StrictModes sees. */
async function directory(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true })
  await chmod(path, mode)
}

async function put(path: string, content: string, mode = 0o644): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, content)
  await chmod(path, mode)
}

async function putSecret(path: string, content: string): Promise<void> {
  const { gid } = await stat('/etc/shadow')
  await put(path, content, 0o640)
  await chown(path, 0, gid)
}
