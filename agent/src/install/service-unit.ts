import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import { existsSync, rmSync } from 'node:fs'
import { replaceFile } from '../deliveries/replace-file.ts'
import { addAddress } from '../metadata/address.ts'
import { PATHS } from '../paths.ts'
import { InstallRefused } from './install-report.ts'
import { type PutBack, rememberFile } from './put-back.ts'
import { runProgram } from './run-program.ts'

const unit = 'fleetkey-agent.service'
const unitFile = `/etc/systemd/system/${unit}`

/** sd_booted(3) */
export function isSystemdRunning(): boolean {
  return existsSync('/run/systemd/system')
}

/** Writes, enables and starts the service. `command` is the whole command line of the agent. */
export async function enableService(
  kind: DeliveryKind,
  options: { readonly command: readonly string[]; readonly putBack: PutBack[] },
): Promise<void> {
  const putFileBack = rememberFile(unitFile)
  options.putBack.push(async () => {
    putFileBack()
    await runProgram(['systemctl', 'daemon-reload'])
  })
  replaceFile(unitFile, unitText(kind, options.command), { mode: 0o644, uid: 0, gid: 0 })
  await mustSystemctl(['daemon-reload'])
  options.putBack.push(() => disableUnless(putFileBack))
  await mustSystemctl(['enable', unit])
  // Also when it runs already: the agent may be of another version than the one in memory.
  await mustSystemctl(['restart', unit])
}

/** Returns whether there was one. */
export async function removeService(): Promise<boolean> {
  if (!existsSync(unitFile)) return false
  await runProgram(['systemctl', 'disable', '--now', unit])
  rmSync(unitFile, { force: true })
  await runProgram(['systemctl', 'daemon-reload'])
  return true
}

/**
 * systemd.exec(5). NoNewPrivileges goes together with the delivery `home`: its children only give privileges up. Memory that is
 * written and run (MemoryDenyWriteExecute) is how V8 works. What is in it, the key of this host, goes into no core dump. Compiled modules are kept in the agent's own directory: 20 MB less memory.
 */
export function unitText(kind: DeliveryKind, command: readonly string[]): string {
  // Only `home` writes elsewhere than in its own directories.
  const files =
    kind === 'home'
      ? 'ProtectSystem=full'
      : 'ProtectSystem=strict\nProtectHome=read-only\nReadWritePaths=-/etc/fleetkey'
  // nftables for security groups; only `metadata` listens on an address that it gives the host.
  const network = kind === 'metadata' ? 'CAP_NET_ADMIN CAP_NET_BIND_SERVICE' : 'CAP_NET_ADMIN'
  // Before sshd can ask the network for keys; systemd starts sshd once this has run.
  const [before, address] =
    kind === 'metadata'
      ? [
          'Before=ssh.service sshd.service\n',
          `ExecStartPre=-/sbin/ip ${addAddress.map(quoted).join(' ')}\n`,
        ]
      : ['', '']
  return `[Unit]
Description=Fleetkey agent: keys that live a minute
Documentation=man:sshd_config(5)
After=network.target
${before}StartLimitIntervalSec=0

[Service]
${address}ExecStart=${command.map(quoted).join(' ')}
Environment=NODE_COMPILE_CACHE=${PATHS.state}/compiled
Restart=always
RestartSec=2
KillMode=mixed
RuntimeDirectory=fleetkey
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=yes
StateDirectory=fleetkey
StateDirectoryMode=0700
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_SETGID CAP_SETUID ${network}
${files}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`
}

/** systemd.service(5), COMMAND LINES. */
function quoted(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return `"${escaped.replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
}

/** What was there before is what systemd should know of. */
async function disableUnless(putFileBack: () => void): Promise<void> {
  putFileBack()
  if (!existsSync(unitFile)) await runProgram(['systemctl', 'disable', '--now', unit])
}

async function mustSystemctl(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram(['systemctl', ...args])
  if (code !== 0) throw new InstallRefused(`systemctl ${args.join(' ')}: ${stderr.trim()}`)
}
