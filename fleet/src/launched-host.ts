import { spawnAgentOn } from './enrolled-host.ts'
import { CHECKOUT, CHECKOUT_IN_HOST } from './fleetkey.ts'
import type { Host, HostSpec } from './host.ts'
import type { HostNetwork } from './host-network.ts'

/** For `launch.install` of a server whose hosts these are: the checkout, which they have. */
export const INSTALL_IN_HOST = `PATH="${CHECKOUT_IN_HOST}/cli/bin:$PATH"`

/** Boots a host as it comes from an image: it belongs to no control plane yet. */
export function bootFromImage(network: HostNetwork, spec: HostSpec): Promise<Host> {
  return network.startHost({
    ...spec,
    mounts: [...(spec.mounts ?? []), { from: CHECKOUT, to: CHECKOUT_IN_HOST }],
  })
}

/**
 * What cloud-init does at the first boot with the shell scripts in the user data, as root; and what the service then does: it runs the agent.
 * @throws when a script fails, with what it said
 */
export async function runUserData(host: Host, userData: Buffer): Promise<void> {
  for (const [index, script] of scriptsIn(userData).entries()) {
    const path = `/root/user-data-${index}`
    await host.writeFile(path, script, { mode: '0700' })
    const { code, stdout, stderr } = await host.exec([path])
    if (code !== 0) throw new Error(`user data on ${host.name}: exit ${code}\n${stderr}${stdout}`)
  }
  spawnAgentOn(host)
}

/** Of a single script, or of the MIME archive that the control plane makes. */
function scriptsIn(userData: Buffer): readonly string[] {
  const text = userData.toString('utf8')
  const [, boundary] = /^Content-Type: multipart\/mixed; boundary="([^"]+)"\n/.exec(text) ?? []
  const parts =
    boundary === undefined ? [text] : text.split(`--${boundary}`).slice(1, -1).map(bodyOf)
  return parts.filter((part) => part.startsWith('#!'))
}

function bodyOf(part: string): string {
  const end = part.indexOf('\n\n')
  const body = part.slice(end + 2)
  return /^Content-Transfer-Encoding: base64$/m.test(part.slice(0, end))
    ? Buffer.from(body, 'base64').toString('utf8')
    : body
}
