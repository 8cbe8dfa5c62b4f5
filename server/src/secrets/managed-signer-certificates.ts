import 'reflect-metadata' // @peculiar/x509 asks for it before its own first line
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509'
import * as x509 from '@peculiar/x509'
import { exportPrivateKey, importPrivateKey, serialNumber } from './certificate-authority.ts'
import type { KeyedCertificate } from './certificate-authority.ts'

/** What Amazon's host package can check: it takes the leaf's key for RSA and finds nothing else in a certificate. */
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
}
const DAY_MS = 24 * 60 * 60 * 1000
const ROOT_DAYS = 3650

/** The host package wants this common name, and wants it last in the subject. */
export const signerName = (region: string): string => `managed-ssh-signer.${region}.amazonaws.com`

/**
 * The root that hosts are told to trust. It can certify the signer of its region and nothing else: hosts keep it among the roots of
 * everything, so a name constraint (RFC 5280 §4.2.1.10) and a key usage other than TLS's stand between its key and any web site.
 * The common name is a file name on hosts, and a pattern for sed: letters, digits and blanks.
 */
export async function createSignerRoot(
  { deployment, region }: { readonly deployment: string; readonly region: string },
  now: number,
): Promise<KeyedCertificate> {
  const keys = await crypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`Fleetkey managed SSH root ${deployment.slice(0, 8)}`] }],
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + ROOT_DAYS * DAY_MS),
    keys,
    signingAlgorithm: RSA,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        // digitalSignature: it signs the OCSP staples itself
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      new x509.ExtendedKeyUsageExtension([OCSP_SIGNING]),
      onlyFor(signerName(region)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return keyed(certificate, keys.privateKey)
}

/** A certificate of the root for a new key, valid from a day before `from`, for clocks that are behind, until `until`. */
export async function issueSignerLeaf(
  root: KeyedCertificate,
  valid: { readonly region: string; readonly from: number; readonly until: number },
): Promise<KeyedCertificate> {
  const issuer = new x509.X509Certificate(root.certificate)
  const keys = await crypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [signerName(valid.region)] }],
    issuer: issuer.subject,
    notBefore: new Date(valid.from - DAY_MS),
    notAfter: new Date(valid.until),
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(root.privateKey, RSA),
    signingAlgorithm: RSA,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return keyed(certificate, keys.privateKey)
}

/** id-kp-OCSPSigning, RFC 6960 §4.2.2.2. */
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'

function onlyFor(dnsName: string): x509.Extension {
  const permittedSubtrees = new GeneralSubtrees([
    new GeneralSubtree({ base: new GeneralName({ dNSName: dnsName }) }),
  ])
  const value = AsnConvert.serialize(new NameConstraints({ permittedSubtrees }))
  return new x509.Extension(id_ce_nameConstraints, true, value)
}

async function keyed(
  certificate: x509.X509Certificate,
  privateKey: CryptoKey,
): Promise<KeyedCertificate> {
  return {
    certificate: certificate.toString('pem'),
    privateKey: await exportPrivateKey(privateKey),
  }
}
