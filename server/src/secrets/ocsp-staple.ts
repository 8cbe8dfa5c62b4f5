import 'reflect-metadata' // @peculiar/x509 asks for it before its own first line
import {
  BasicOCSPResponse,
  CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  KeyHash,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  SingleResponse,
} from '@peculiar/asn1-ocsp'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, Certificate } from '@peculiar/asn1-x509'
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import type { KeyedCertificate } from './certificate-authority.ts'

const SHA1 = '1.3.14.3.2.26'
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'

/**
 * An OCSP response (RFC 6960 §4.2.1, DER) that says `good` of a certificate, signed by its issuer itself. Whoever holds it needs to ask
 * nobody until `until`. The certificate is named by SHA-1 digests, as openssl(1) and with it Amazon's host package ask for it.
 */
export function makeStaple(
  certificate: string,
  issuer: KeyedCertificate,
  valid: { readonly from: number; readonly until: number },
): Uint8Array {
  const { tbsCertificate } = parse(certificate)
  const { subject, subjectPublicKeyInfo } = parse(issuer.certificate).tbsCertificate
  const keyHash = sha1(subjectPublicKeyInfo.subjectPublicKey)
  const data = new ResponseData({
    responderID: new ResponderID({ byKey: new KeyHash(keyHash) }),
    producedAt: seconds(valid.from),
    responses: [
      new SingleResponse({
        certID: new CertID({
          hashAlgorithm: new AlgorithmIdentifier({ algorithm: SHA1, parameters: NULL }),
          issuerNameHash: new OctetString(sha1(AsnConvert.serialize(subject))),
          issuerKeyHash: new OctetString(keyHash),
          serialNumber: tbsCertificate.serialNumber,
        }),
        certStatus: new CertStatus({ good: null }),
        thisUpdate: seconds(valid.from),
        nextUpdate: seconds(valid.until),
      }),
    ],
  })
  const signature = sign(
    'sha256',
    new Uint8Array(AsnConvert.serialize(data)),
    createPrivateKey(issuer.privateKey),
  )
  const basic = new BasicOCSPResponse({
    tbsResponseData: data,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: SHA256_WITH_RSA, parameters: NULL }),
    signature: new Uint8Array(signature).buffer,
  })
  const response = new OCSPResponse({
    responseStatus: OCSPResponseStatus.successful,
    responseBytes: new ResponseBytes({
      responseType: id_pkix_ocsp_basic,
      response: new OctetString(AsnConvert.serialize(basic)),
    }),
  })
  return new Uint8Array(AsnConvert.serialize(response))
}

/** RFC 5280 §4.1.2.5.2: no fractions. openssl takes a time that has one for valid always. */
const seconds = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000)

/** ASN.1's, as the parameters of both algorithms. */
const NULL = new Uint8Array([5, 0]).buffer

const parse = (pem: string): Certificate =>
  AsnConvert.parse(new X509Certificate(pem).raw, Certificate)

const sha1 = (bytes: ArrayBuffer): Uint8Array =>
  new Uint8Array(createHash('sha1').update(new Uint8Array(bytes)).digest())
