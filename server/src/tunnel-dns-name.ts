import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { ServerConfig } from './config.ts'
import { ConfigRefused, isLoopback } from './config.ts'

/**
 * The name that clients open tunnels at: AWS's CLI asks DescribeInstanceConnectEndpoints for it and dials it on port 443. As configured; else
 * the first DNS name of `tls.names` or of the administrator's certificate; else `localhost` on a loopback address, else `hostname`.
 * Throws ConfigRefused when `certificate` (PEM) is one of the administrator's that does not cover the configured name.
 */
export function tunnelDnsName(
  config: Pick<ServerConfig, 'tls'> & {
    readonly listen: Pick<ServerConfig['listen'], 'host' | 'port'>
    readonly tunnels: Pick<ServerConfig['tunnels'], 'dnsName'>
  },
  machine: { readonly hostname: string; readonly certificate: string | undefined },
): string {
  const { dnsName } = config.tunnels
  const certificate =
    machine.certificate === undefined ? undefined : new X509Certificate(machine.certificate)
  if (dnsName === undefined) {
    const [first] = certificate === undefined ? namesOf(config) : namesIn(certificate)
    return first ?? (isLoopback(config.listen.host) ? 'localhost' : machine.hostname)
  }
  if (certificate !== undefined && certificate.checkHost(dnsName) === undefined) {
    throw new ConfigRefused(
      `tls.certificateFile is not for tunnels.dnsName (${dnsName}); it is for ${certificate.subjectAltName ?? 'no name at all'}. Set tunnels.dnsName to a name that it covers, or use a certificate that covers it.`,
    )
  }
  return dnsName
}

function namesOf({ tls }: Pick<ServerConfig, 'tls'>): readonly string[] {
  if (tls === 'off' || !('names' in tls)) return []
  return tls.names.filter((name) => isIP(name) === 0)
}

/** Without those with a wildcard: nobody can dial one. */
function namesIn({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return [...subjectAltName.matchAll(/(?:^|, )DNS:([^,"*]+)/g)].map(([, name = '']) => name)
}
