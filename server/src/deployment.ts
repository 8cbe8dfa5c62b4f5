import { createHash, randomInt, randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import type { Realm } from '@fleetkey/domain/realm'
import type { ServerConfig } from './config.ts'
import { ConfigRefused, isLoopback } from './config.ts'
import { createDefaultEndpoint } from './default-endpoint.ts'
import { accessKeyContext, newAccessKeyId, newSecretAccessKey } from './secrets/access-keys.ts'
import type { KeyedCertificate } from './secrets/certificate-authority.ts'
import {
  generatePrivateKey,
  privateKeyFromPem,
  privateKeyPem,
  publicKeyText,
} from './secrets/ed25519.ts'
import type { Envelope } from './secrets/envelope.ts'
import type { Issuer } from './secrets/grant-signer.ts'
import type { Store } from './store/store.ts'
import { tunnelDnsName } from './tunnel-dns-name.ts'

/** What a deployment is, made at its first start and the same ever after. */
export interface Deployment {
  readonly realm: Realm
  readonly issuer: Issuer
  readonly issuerPublicKey: string
  /** Undefined when plain HTTP is served. */
  readonly tls: ServedTls | undefined
  /** The name that clients open tunnels at; `tls` covers it. */
  readonly tunnelDnsName: string
  /** Only at the very first start: shown once, kept nowhere in clear. */
  readonly newRootKey:
    | { readonly accessKeyId: string; readonly secretAccessKey: string }
    | undefined
}

export interface ServedTls {
  /** Leaf first, then the CA, so that a host can compare the CA with its join token's pin. */
  readonly chain: string
  readonly privateKey: string
  readonly caCertificate: string
  /** SHA-256 of the CA certificate (DER), base64url. */
  readonly caPin: string
}

export async function loadDeployment(
  store: Store,
  parts: { config: ServerConfig; envelope: Envelope; now: number },
): Promise<Deployment> {
  const { config, envelope, now } = parts
  const deployment = await store.settings.setIfAbsent('deployment', randomUUID())
  const newAccountId = config.accountId ?? String(randomInt(10 ** 11, 10 ** 12))
  const accountId = await store.settings.setIfAbsent('account-id', newAccountId)
  if (config.accountId !== undefined && config.accountId !== accountId) {
    throw new ConfigRefused(
      `accountId is ${config.accountId}, but this database belongs to account ${accountId}. Remove the setting or use the right database.`,
    )
  }
  const issuerPem = await sealedSetting(store, envelope, 'issuer-key', () =>
    privateKeyPem(generatePrivateKey()),
  )
  const issuerKey = privateKeyFromPem(issuerPem)
  const dnsName = tunnelDnsName(config, {
    hostname: hostname(),
    certificate: certificateOf(config),
  })
  await createDefaultEndpoint(store, { deployment, now })
  const epoch = Number(await store.settings.setIfAbsent('signer-epoch', '1'))
  return {
    realm: { partition: config.partition, region: config.region, accountId },
    issuer: { deployment, key: issuerKey, epoch },
    issuerPublicKey: publicKeyText(issuerKey),
    tls: await loadTls(store, { config, envelope, deployment, dnsName, now }),
    tunnelDnsName: dnsName,
    newRootKey: await createRootKey(store, envelope, now),
  }
}

/** The administrator's own, if there is one. */
function certificateOf({ tls }: ServerConfig): string | undefined {
  return tls !== 'off' && 'certificateFile' in tls
    ? readFileSync(tls.certificateFile, 'utf8')
    : undefined
}

async function loadTls(
  store: Store,
  parts: {
    config: ServerConfig
    envelope: Envelope
    deployment: string
    dnsName: string
    now: number
  },
): Promise<ServedTls | undefined> {
  const { config, envelope, deployment, dnsName, now } = parts
  if (config.tls === 'off') return undefined
  if ('certificateFile' in config.tls) {
    const caCertificate = readFileSync(config.tls.caFile, 'utf8')
    return served(caCertificate, {
      certificate: readFileSync(config.tls.certificateFile, 'utf8'),
      privateKey: readFileSync(config.tls.keyFile, 'utf8'),
    })
  }
  // Loaded only here: a server with its own certificate, or none, needs no X.509 library.
  const { createAuthority, issueServerCertificate } =
    await import('./secrets/certificate-authority.ts')
  const authority = JSON.parse(
    await sealedSetting(store, envelope, 'certificate-authority', async () =>
      JSON.stringify(await createAuthority(deployment, now)),
    ),
  ) as KeyedCertificate
  const names = [...new Set([...config.tls.names, dnsName, ...ownNames(config.listen.host)])]
  // Made anew at each start: cheap, always fresh, and it follows the machine's names. Agents pin the CA.
  return served(authority.certificate, await issueServerCertificate(authority, names, now))
}

function served(caCertificate: string, leaf: KeyedCertificate): ServedTls {
  const der = new X509Certificate(caCertificate).raw
  return {
    chain: `${leaf.certificate.trimEnd()}\n${caCertificate}`,
    privateKey: leaf.privateKey,
    caCertificate,
    caPin: createHash('sha256').update(der).digest('base64url'),
  }
}

function ownNames(listenHost: string): readonly string[] {
  const loopback = ['localhost', '127.0.0.1', '::1']
  if (isLoopback(listenHost)) return loopback
  if (listenHost !== '::' && listenHost !== '0.0.0.0') return [listenHost, ...loopback]
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map((entry) => entry.address),
  )
  return [hostname(), ...loopback, ...addresses.filter((address) => !address.startsWith('fe80:'))]
}

/** The secret that stands under this name, on every node; `make` is asked only for the first. */
export async function sealedSetting(
  store: Store,
  envelope: Envelope,
  name: string,
  make: () => string | Promise<string>,
): Promise<string> {
  const standing =
    (await store.settings.get(name)) ??
    (await store.settings.setIfAbsent(name, envelope.seal(await make(), `setting ${name}`)))
  return envelope.open(standing, `setting ${name}`)
}

async function createRootKey(store: Store, envelope: Envelope, now: number) {
  if ((await store.identities.keys.list(undefined)).length > 0) return undefined
  const accessKeyId = newAccessKeyId()
  const secretAccessKey = newSecretAccessKey()
  const sealedSecret = envelope.seal(secretAccessKey, accessKeyContext(accessKeyId))
  const created = await store.identities.keys.create(
    { accessKeyId, sealedSecret, status: 'Active', createdAt: now },
    1,
  )
  return created ? { accessKeyId, secretAccessKey } : undefined
}
