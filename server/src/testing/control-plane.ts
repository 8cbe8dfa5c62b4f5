import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TrailEvent, TrailPhase } from '@fleetkey/domain/trail-event'
import type { ServerConfig } from '../config.ts'
import type { Recordings } from '../recordings/recordings.ts'
import { rsaKey } from '../secrets/digest-key.ts'
import { startServer, type Surroundings } from '../start-server.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'
import type { Store } from '../store/store.ts'
import './cheap-passwords.ts'
import { apiClient, type ApiClient, type ApiResponse } from './api-client.ts'
import { callUnsigned } from './unsigned.ts'

/** For tests: the real server in this process, on plain loopback HTTP and real SQLite in a folder of its own. */
export interface ControlPlane {
  readonly url: string
  readonly port: number
  readonly dir: string
  readonly root: ApiClient
  /** What the server keeps, for what no operation can set. */
  readonly store: Store
  /** What terminals are recorded by. */
  readonly recordings: Recordings
  readonly deployment: string
  readonly issuerPublicKey: string
  /** What its clock shows beyond the real time, and the one that nobody sets beyond what has passed; set them to travel. */
  clock: { aheadMs: number; passedMs: number }
  /** Signs what there is of the trail, as the server does every five minutes. */
  digestNow(): Promise<void>
  /** Removes what is older than is to be kept, as the server does every hour. */
  pruneNow(): Promise<void>
  /** Everything logged so far. */
  log(): string
  /** Everything told to whoever starts it, so far. */
  told(): string
  /** What a second connection to the database sees now. */
  trail(): readonly StoredRecord[]
  query(sql: string, ...values: (string | number)[]): readonly Record<string, unknown>[]
  /** The bytes of the database and its log, as Latin-1, to search for what must not be there. */
  databaseBytes(): string
  /** A client with new credentials. */
  user(name: string, policy?: object): Promise<ApiClient>
  /** A client with the `Credentials` of an STS answer, or the `AccessKey` of IAM. */
  as(credentials: StsCredentials): ApiClient
  /** Without a signature. */
  unsigned(operation: string, fields: object): Promise<ApiResponse>
  /** As after a crash of nothing: same folder, new process state. */
  restart(surroundings?: Surroundings, settings?: Partial<ServerConfig>): Promise<void>
  close(): Promise<void>
}

export interface StoredRecord {
  readonly seq: number
  readonly hash: string
  readonly requestId: string
  readonly phase: TrailPhase
  readonly eventName: string
  readonly errorCode: string
  readonly event: TrailEvent
}

export interface StsCredentials {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  /** A long-term key has none. */
  readonly SessionToken?: string
}

export async function startControlPlane(
  given: Surroundings = {},
  settings: Partial<ServerConfig> = {},
): Promise<ControlPlane> {
  const dir = mkdtempSync(join(tmpdir(), 'fleetkey-server-'))
  const logged: string[] = []
  const told: string[] = []
  const clock = { aheadMs: 0, passedMs: 0 }
  let store: Store | undefined
  const start = (
    { openStore = openSqliteStore, ...surroundings }: Surroundings,
    changed: Partial<ServerConfig> = {},
  ) =>
    startServer(
      { ...testConfig(dir), ...settings, ...changed },
      {
        openStore: async (options) => (store = await openStore(options)),
        now: () => Date.now() + clock.aheadMs,
        elapsed: () => performance.now() + clock.passedMs,
        tell: (text) => void told.push(text),
        logTo: { write: (line) => void logged.push(line) },
        rootCredentialsFile: join(dir, 'root.json'),
        // Each server signs its trail when it stops: with a short key, which spares 0.1 s.
        newDigestKey: () => rsaKey(1024),
        ...surroundings,
      },
    )
  let server = await start(given)
  const credentials = JSON.parse(readFileSync(join(dir, 'root.json'), 'utf8')) as {
    accessKeyId: string
    secretAccessKey: string
  }
  const client = (whose: typeof credentials & { readonly sessionToken?: string | undefined }) =>
    apiClient({ ...whose, port: () => server.port, now: () => Date.now() + clock.aheadMs })
  const root = client(credentials)

  function query(sql: string, ...values: (string | number)[]) {
    const db = new DatabaseSync(join(dir, 'fleetkey.db'), { readOnly: true })
    try {
      return db.prepare(sql).all(...values)
    } finally {
      db.close()
    }
  }

  return {
    get url() {
      return `http://127.0.0.1:${server.port}`
    },
    get port() {
      return server.port
    },
    dir,
    root,
    get store() {
      if (store === undefined) throw new Error('the store is not open')
      return store
    },
    get recordings() {
      return server.recordings
    },
    deployment: server.deployment.issuer.deployment,
    issuerPublicKey: server.deployment.issuerPublicKey,
    clock,
    digestNow: () => server.proof.digestNow(),
    pruneNow: () => server.proof.pruneNow(),
    log: () => logged.join(''),
    told: () => told.join(''),
    query,
    trail: () =>
      query('select * from trail order by seq').map((row) => ({
        seq: Number(row['seq']),
        hash: String(row['hash']),
        requestId: String(row['request_id']),
        phase: row['phase'] as TrailPhase,
        eventName: String(row['event_name']),
        errorCode: String(row['error_code']),
        event: JSON.parse(String(row['record'])) as TrailEvent,
      })),
    databaseBytes: () =>
      ['fleetkey.db', 'fleetkey.db-wal'].map((name) => bytesOf(join(dir, name))).join(''),
    async user(name, policy) {
      await root.done('CreateUser', { UserName: name })
      if (policy !== undefined) {
        const document = JSON.stringify({ Version: '2012-10-17', Statement: policy })
        const names = { UserName: name, PolicyName: 'p' }
        await root.done('PutUserPolicy', { ...names, PolicyDocument: document })
      }
      const { AccessKey } = await root.done('CreateAccessKey', { UserName: name })
      const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey
      return client({ accessKeyId, secretAccessKey })
    },
    as: (credentials) =>
      client({
        accessKeyId: credentials.AccessKeyId,
        secretAccessKey: credentials.SecretAccessKey,
        sessionToken: credentials.SessionToken,
      }),
    unsigned: (operation, fields) => callUnsigned(server, operation, fields),
    async restart(surroundings = given, changed = {}) {
      await server.close()
      server = await start(surroundings, changed)
    },
    async close() {
      await server.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export const testConfig = (dataDir: string): ServerConfig => ({
  dataDir,
  listen: { host: '127.0.0.1', port: 0, idlePerAddress: 1024 },
  tls: 'off',
  trustedProxies: [],
  tunnels: {
    direct: true,
    idleSeconds: 14_400,
    maxPerServer: 100,
    maxPerCaller: 50,
    maxPerInstance: 40,
  },
  terminals: {
    graceSeconds: 900,
    idleSeconds: 28_800,
    maxSeconds: 86_400,
    maxPerServer: 100,
    maxPerPerson: 20,
    maxPerInstance: 50,
    maxHosts: 10,
  },
  sso: { clients: [] },
  console: { origins: [], sessionHours: 12, idleMinutes: 60 },
  sessions: { endOnWithdrawal: 'tagged', keepDays: 90 },
  recordings: {
    enabled: true,
    required: 'tagged',
    input: false,
    keepDays: 90,
    maxMegabytes: 1024,
  },
  launch: {},
  images: {},
  region: 'on-prem-1',
  partition: 'aws',
  trail: { digestSeconds: 300, export: [], anchors: [], streams: [] },
  egress: [{ family: 4, text: '203.0.113.0/24' }],
  log: 'debug',
})

function bytesOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
