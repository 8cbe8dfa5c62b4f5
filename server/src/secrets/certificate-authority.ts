import 'reflect-metadata' // @peculiar/x509 asks for it before its own first line
import * as x509 from '@peculiar/x509'
import { isIP } from 'node:net'

const EC = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' }
const DAY_MS = 24 * 60 * 60 * 1000
const CA_DAYS = 3650
/** Under the 398 days that TLS clients accept. */
const SERVER_DAYS = 390

/** A certificate and its private key, PEM both. */
export interface KeyedCertificate {
  readonly certificate: string
  readonly privateKey: string
}

/** Our own CA, for deployments that bring no certificate. Agents pin it by its SHA-256. */
export async function createAuthority(deployment: string, now: number): Promise<KeyedCertificate> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`Fleetkey CA ${deployment}`] }],
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + CA_DAYS * DAY_MS),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return {
    certificate: certificate.toString('pem'),
    privateKey: await exportPrivateKey(keys.privateKey),
  }
}

/** A server certificate of the CA for these DNS names and IP addresses. */
export async function issueServerCertificate(
  authority: KeyedCertificate,
  names: readonly string[],
  now: number,
): Promise<KeyedCertificate> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [names[0]?.slice(0, 64) ?? 'fleetkey'] }],
    issuer: issuer.subject,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + SERVER_DAYS * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(authority.privateKey, EC),
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({
          type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
          value,
        })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return {
    certificate: certificate.toString('pem'),
    privateKey: await exportPrivateKey(keys.privateKey),
  }
}

/** RFC 5280 §4.1.2.2: positive and at most 20 octets. */
export function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toHex()
}

export async function exportPrivateKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

export function importPrivateKey(
  pem: string,
  algorithm: Parameters<typeof crypto.subtle.importKey>[2],
): Promise<CryptoKey> {
  const [der] = x509.PemConverter.decode(pem)
  if (der === undefined) throw new Error('the CA key is not PEM')
  return crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}
