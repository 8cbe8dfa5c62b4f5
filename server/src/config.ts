import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseCidr } from '@fleetkey/domain/cidr'
import { isAccountId, isRegion } from '@fleetkey/domain/realm'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { ssoSchema } from './oidc/sso-config.ts'
import { recordingsSchema } from './recordings/recordings-config.ts'
import { trailSchema } from './trail/trail-config.ts'

/** As in a host name (RFC 1123 §2.1). */
const DNS_NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i

/**
 * The server's settings: one YAML file and `FLEETKEY_*` environment variables that win over it. Unknown keys are refused, so that a
 * misspelt setting never silently means its default. docs/operate/configuration.md explains each.
 */
const schema = z.strictObject({
  /** Where the database, the master key and certificates are. Made with mode 0700. */
  dataDir: z.string().min(1).default('/var/lib/fleetkey-server'),
  listen: z
    .strictObject({
      host: z.string().default('::'),
      port: z.number().int().min(0).max(65535).default(8443),
      /** Connections of one address on which nothing is asked: of more the longest idle is closed. */
      idlePerAddress: z.number().int().min(16).max(20_000).default(1024),
    })
    .prefault({}),
  tls: z
    .union([
      /** Make our own CA and certificate at first start, for these names and addresses and all of this machine's. */
      z.strictObject({ names: z.array(z.string().min(1)).default([]) }),
      z.strictObject({ certificateFile: z.string(), keyFile: z.string(), caFile: z.string() }),
      /** Plain HTTP: only on a loopback address. */
      z.literal('off'),
    ])
    .default({ names: [] }),
  /**
   * Of nginx, HAProxy, a load balancer: whose X-Forwarded-For and X-Forwarded-Proto are believed. See source.ts.
   */
  trustedProxies: z.array(z.string().transform(readProxies)).max(64).default([]),
  tunnels: z
    .strictObject({
      /** The name that clients open tunnels at, on port 443; without a port. See tunnel-dns-name.ts for the default. */
      dnsName: z.string().max(253).regex(DNS_NAME, 'must be a DNS name, without a port').optional(),
      /** Connect to an instance where nothing stands between; false: always through its agent. */
      direct: z.boolean().default(true),
      /** A tunnel ends when nothing moved for so long. */
      idleSeconds: z
        .number()
        .int()
        .min(60)
        .max(86_400)
        .default(4 * 3600),
      maxPerServer: z.number().int().min(1).max(20_000).default(5000),
      maxPerCaller: z.number().int().min(1).max(20_000).default(1000),
      maxPerInstance: z.number().int().min(1).max(512).default(256),
    })
    .prefault({}),
  terminals: z
    .strictObject({
      /** A terminal without any device is kept for so long. */
      graceSeconds: z.number().int().min(0).max(86_400).default(900),
      /** Without a key pressed; 0: for ever. */
      idleSeconds: z
        .number()
        .int()
        .min(0)
        .max(30 * 86_400)
        .default(8 * 3600),
      /** Of its whole life. */
      maxSeconds: z
        .number()
        .int()
        .min(60)
        .max(30 * 86_400)
        .default(24 * 3600),
      maxPerServer: z.number().int().min(1).max(10_000).default(2000),
      maxPerPerson: z.number().int().min(1).max(10_000).default(50),
      maxPerInstance: z.number().int().min(1).max(1000).default(200),
      /** Each has a worker thread of some 11 MB. */
      maxHosts: z.number().int().min(1).max(500).default(100),
    })
    .prefault({}),
  launch: z
    .strictObject({
      /** This server as new hosts reach it. */
      url: z
        .string()
        .regex(/^https?:\/\/[^/?#@]+$/, 'must look like https://fleetkey.example.com:8443')
        .optional(),
      /** Shell text that puts the fleetkey program on a new host; runs as root there. Without it the image has the program. */
      install: z.string().optional(),
    })
    .prefault({}),
  /** What RunInstances may be asked for, beside `fleetkey-host`. */
  images: z
    .record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be an image id, e.g. small-vm'),
      z.strictObject({
        description: z.string().max(255).default(''),
        /** File and arguments of the program that starts and ends machines, run without a shell. */
        program: z
          .array(z.string())
          .min(1)
          .refine(([file]) => file?.startsWith('/'), 'the file must be an absolute path')
          .optional(),
      }),
    )
    .default({}),
  trail: trailSchema,
  recordings: recordingsSchema,
  sessions: z
    .strictObject({
      /** Whether sessions end with the right that began them: see docs/operate/sessions.md. */
      endOnWithdrawal: z.enum(['never', 'tagged', 'always']).default('tagged'),
      /** Ended ones are listed for so long. */
      keepDays: z.number().int().min(1).max(3650).default(90),
    })
    .prefault({}),
  console: z
    .strictObject({
      /**
       * Where browsers find it, e.g. https://fleetkey.example.com: needed when something between ends TLS. None: wherever it is asked at.
       */
      origins: z
        .array(
          z
            .string()
            .refine(
              (text) => URL.parse(text)?.origin === text && /^https?:/.test(text),
              'must look like https://fleetkey.example.com, without a path',
            ),
        )
        .max(16)
        .default([]),
      /** How long somebody is signed in. */
      sessionHours: z.number().min(0.25).max(168).default(12),
      /** Signed out when nothing was asked for so long; 0: never. */
      idleMinutes: z.number().int().min(0).max(10_080).default(60),
    })
    .prefault({}),
  sso: ssoSchema,
  database: z
    .string()
    .regex(/^sqlite:.+/, 'only sqlite:FILE is supported')
    .optional(),
  accountId: z.string().refine(isAccountId, 'must be 12 digits').optional(),
  region: z.string().refine(isRegion, 'must look like eu-west-1 or on-prem-1').default('on-prem-1'),
  partition: z.literal('aws').default('aws'),
  /**
   * Addresses and ranges from which this control plane reaches hosts, as they see it (behind NAT: the NAT's), for /ip-ranges.json. Those that
   * it sees itself use are listed without being named.
   */
  egress: z.array(z.string().transform(readCidr)).default([]),
  log: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

function readCidr(text: string, context: z.RefinementCtx) {
  const range = parseCidr(text)
  if (range) return range
  context.addIssue(
    `"${text}" is no address or range such as 203.0.113.7 or 203.0.113.0/24 (bits beyond the prefix must be 0)`,
  )
  return z.NEVER
}

/** Wider than any pool of proxies: whoever wrote it means everybody, who could then say to be anybody. */
const WIDEST = { 4: 8, 6: 16 }

function readProxies(text: string, context: z.RefinementCtx) {
  const range = parseCidr(text)
  if (range !== undefined && Number(range.text.split('/')[1]) < WIDEST[range.family]) {
    context.addIssue(
      `"${text}" is too wide. Name the proxies alone: whoever is in it is believed when they say where a request comes from`,
    )
    return z.NEVER
  }
  return readCidr(text, context)
}

export type ServerConfig = z.infer<typeof schema>

export const databaseFile = ({ database, dataDir }: ServerConfig): string =>
  database?.slice('sqlite:'.length) ?? join(dataDir, 'fleetkey.db')

export const recordingsFolder = ({ recordings, dataDir }: ServerConfig): string =>
  recordings.directory ?? join(dataDir, 'recordings')

/** What is wrong with the configuration, in words for the person who wrote it. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused'
}

const ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  FLEETKEY_DATA_DIR: ['dataDir'],
  FLEETKEY_LISTEN_HOST: ['listen', 'host'],
  FLEETKEY_LISTEN_PORT: ['listen', 'port'],
  FLEETKEY_TLS: ['tls'],
  FLEETKEY_TUNNELS_DNS_NAME: ['tunnels', 'dnsName'],
  FLEETKEY_LAUNCH_URL: ['launch', 'url'],
  FLEETKEY_DATABASE: ['database'],
  FLEETKEY_ACCOUNT_ID: ['accountId'],
  FLEETKEY_REGION: ['region'],
  FLEETKEY_LOG: ['log'],
}

export function loadConfig(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): ServerConfig {
  const settings = file === undefined ? {} : readYaml(file)
  for (const [variable, path] of Object.entries(ENVIRONMENT)) {
    const value = environment[variable]
    if (value !== undefined)
      // What is no number stays text, which the schema refuses: '' is not port 0.
      assign(settings, path, isNumeral(variable, value) ? Number(value) : value)
  }
  const result = schema.safeParse(settings)
  if (!result.success) throw new ConfigRefused(z.prettifyError(result.error))
  const config = result.data
  if (config.tls === 'off' && !isLoopback(config.listen.host)) {
    throw new ConfigRefused(
      `tls: off is for loopback addresses only, and listen.host is ${config.listen.host}. Set listen.host to 127.0.0.1 or ::1, or leave TLS on.`,
    )
  }
  return { ...config, dataDir: resolve(config.dataDir) }
}

const isNumeral = (variable: string, value: string): boolean =>
  variable.endsWith('_PORT') && /^\d+$/.test(value)

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function readYaml(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigRefused(`cannot read ${file}: ${(error as Error).message}`)
  }
  let value: unknown
  try {
    value = parseYaml(text, { uniqueKeys: true }) ?? {}
  } catch (error) {
    throw new ConfigRefused(`${file} is not YAML: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ConfigRefused(`${file} must hold a map of settings`)
  }
  return value as Record<string, unknown>
}

function assign(settings: Record<string, unknown>, path: readonly string[], value: unknown) {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) settings[name] = value
  else {
    const inner = { ...(settings[name] as Record<string, unknown> | undefined) }
    assign(inner, rest, value)
    settings[name] = inner
  }
}
