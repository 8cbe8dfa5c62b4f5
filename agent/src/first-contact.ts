import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { sha256 } from './ed25519.ts'

/** Why a server is not trusted at first contact; the text says what to do. */
export class NotTrusted extends Error {}

const LIMIT_MS = 10_000
/** A leaf, a CA, and room for what a proxy may add. */
const LONGEST_CHAIN = 8

/**
 * The server's CA certificate, as PEM, that a join token's pin names. This connection proves nothing and carries nothing: it only reads
 * the chain, and the pin decides. The caller then connects again and trusts exactly this CA, with the host name checked.
 */
export async function findPinnedCa(server: URL, caPin: string): Promise<string> {
  const chain = await readChain(server)
  const ca = chain.find((der) => sha256(der).toString('base64url') === caPin)
  if (ca === undefined) {
    throw new NotTrusted(
      `${server.host} is not the server that made this join token: none of its certificates has the token's fingerprint. Nothing was sent. Compare the address, or make a new token.`,
    )
  }
  const body = ca.toString('base64').replace(/.{1,64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${body}-----END CERTIFICATE-----\n`
}

function readChain(server: URL): Promise<readonly Buffer[]> {
  const host = server.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(server.port || 443),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      // RFC 6066 §3: no addresses in server_name
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      resolve(certificatesFrom(socket.getPeerCertificate(true)))
      socket.destroy()
    })
  })
}

function certificatesFrom(leaf: DetailedPeerCertificate): readonly Buffer[] {
  const chain: Buffer[] = []
  let next: DetailedPeerCertificate | undefined = leaf
  while (next?.raw !== undefined && chain.length < LONGEST_CHAIN) {
    chain.push(next.raw)
    // a self-signed certificate names itself as its issuer
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate
  }
  return chain
}
