/** What makes a host an instance. */
export interface Join {
  /** Origin of the control plane, as the host reaches it. */
  readonly server: string
  /** Good for one host. It comes to the program on its standard input: what stands on a command line, every user of the host can read. */
  readonly token: string
}

/** To paste into a shell of the host. @param as whether that shell is root's already */
export function joinCommand({ server, token }: Join, as: 'sudo' | 'root'): string {
  const prefix = as === 'sudo' ? 'sudo ' : ''
  return `${prefix}sh -c 'fleetkey agent join "${server}" && fleetkey agent install' <<'TOKEN'
${token}
TOKEN`
}

/** User data for cloud-init, which runs it as root at the first boot; as the control plane writes it for launched instances. */
export function joinUserData({ server, token }: Join): string {
  return `#!/bin/sh
# Joins this host to Fleetkey. Good for one host.
set -eu
umask 077
export PATH="\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin" HOME="\${HOME:-/root}"
command -v fleetkey >/dev/null || {
  echo 'fleetkey: there is no fleetkey program on this image.' >&2
  exit 1
}
fleetkey agent join '${server}' <<'TOKEN'
${token}
TOKEN
fleetkey agent install
`
}

/** URLs take more than names and addresses: `a$(id)` is one, and a shell would run it. */
const HOST = /^[a-z0-9.:[\]-]+$/

/** Why no host can join there; undefined when one can. */
export function serverProblem(text: string): string | undefined {
  const url = URL.parse(text)
  const isOrigin =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    HOST.test(url.host) &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === ''
  if (!isOrigin) return 'Write it like https://fleetkey.example.com:8443'
  if (url.protocol === 'http:' && url.hostname === 'localhost') {
    return 'Write 127.0.0.1 or [::1] for localhost: agents take no name for their own host'
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return 'http:// is for a host on the very machine of the control plane only: use https://'
  }
  return undefined
}

/** Its one spelling: nothing but scheme, name and port, so nothing that a shell would read. */
export const originOf = (text: string): string => URL.parse(text)?.origin ?? ''

/** Whether it leads to the host itself, wherever it is asked. */
export function isOnlyHere(text: string): boolean {
  const hostname = URL.parse(text)?.hostname ?? ''
  return hostname === 'localhost' || isLoopback(hostname)
}

const isLoopback = (hostname: string): boolean =>
  hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
