import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TUNNEL_CLOSE } from '@fleetkey/wire/tunnel/protocol'
import pino, { type DestinationStream, type Logger } from 'pino'
import { createExplanations } from './agents/explanations.ts'
import { createSessionEnds } from './agents/end-sessions.ts'
import { createLocalBus } from './bus/local/local-bus.ts'
import { databaseFile, recordingsFolder, type ServerConfig } from './config.ts'
import { loadDeployment, sealedSetting } from './deployment.ts'
import { openEgress } from './http/egress.ts'
import { createKnownDevices } from './identities/known-devices.ts'
import { createLaunches } from './launches/launches.ts'
import { logDestination } from './log-destination.ts'
import { createFleetNews } from './live/fleet-news.ts'
import { tellingStore } from './live/telling-store.ts'
import { createAccesses } from './operations/accesses.ts'
import type { World } from './operations/operation.ts'
import type { ProbeSsh } from './probe/probe-ssh.ts'
import { createProviderKeys } from './oidc/provider-keys.ts'
import { createProviderSignIns } from './oidc/sign-ins.ts'
import { createWebIdentities } from './oidc/verify-token.ts'
import { createEnvelope, type Envelope } from './secrets/envelope.ts'
import { createGrantSigner } from './secrets/grant-signer.ts'
import { loadMasterKey } from './secrets/master-key.ts'
import { diskRooms } from './store/disk-rooms.ts'
import { openSqliteStore } from './store/sqlite/open.ts'
import type { Store } from './store/store.ts'
import { closeOpenIntents } from './trail/close-open-intents.ts'
import { startAgents } from './start-agents.ts'
import { startHttp } from './start-http.ts'
import { startLive } from './start-live.ts'
import { startTerminals } from './start-terminals.ts'
import { startTrail } from './start-trail.ts'
import { startTunnels } from './start-tunnels.ts'
import { startUpkeep } from './start-upkeep.ts'
import { tellRootKey, tellSetUp } from './tell-first-start.ts'
import { createSourceOf } from './source.ts'
import { tellTrouble } from './tell-trouble.ts'
import type { TerminalRecorder } from './terminals/recorder.ts'
import type { DialDirect } from './tunnels/dial-direct.ts'

/** Where `npm run build -w console` puts it. */
const CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url))

/** What a server takes from its surroundings. Tests put their own clock, store and deadlines. */
export interface Surroundings {
  /** At the very first start the root access key goes there instead of to the screen. */
  readonly rootCredentialsFile?: string | undefined
  /** For whoever starts it: secrets that are told once. Default: standard output. */
  readonly tell?: (text: string) => void
  readonly now?: () => number
  /** Milliseconds of a clock that nobody sets: what is to last so long is measured by it. */
  readonly elapsed?: () => number
  readonly openStore?: typeof openSqliteStore
  readonly logTo?: DestinationStream
  /** See createDeliveries and createAgentGateway. */
  readonly deliveryDeadlineMs?: number
  readonly proofDeadlineMs?: number
  /** See createLaunches. */
  readonly launchTimeoutMs?: number
  /** See createDigestKey. */
  readonly newDigestKey?: () => Promise<string>
  /** See startEndingWithdrawn. */
  readonly withdrawalEveryMs?: number
  /** See createLiveFeed. */
  readonly liveEveryMs?: number
  /** See startUpkeep of recordings. */
  readonly recordingsEveryMs?: number
  /** See createRoutes. */
  readonly dialDirect?: DialDirect
  /** Undefined: no terminal is recorded. */
  readonly terminalRecorder?: TerminalRecorder
  readonly probeSsh?: ProbeSsh
  /** The console, built. */
  readonly consoleFolder?: string
}

/** Composition root: the only place that picks implementations. */
export async function startServer(config: ServerConfig, surroundings: Surroundings = {}) {
  const { now = Date.now, openStore = openSqliteStore, logTo = logDestination(2) } = surroundings
  const log = pino({ level: config.log, base: null }, logTo)
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const envelope = createEnvelope(loadMasterKey(config.dataDir, process.env['FLEETKEY_MASTER_KEY']))
  const file = databaseFile(config)
  const store = await openStore({
    file,
    onTrouble: (trouble) => tellTrouble(log, file, trouble),
  })
  try {
    return await serve(store, { config, envelope, surroundings, now, log })
  } catch (error) {
    await store.close()
    throw error
  }
}

async function serve(
  ownStore: Store,
  parts: {
    readonly config: ServerConfig
    readonly envelope: Envelope
    readonly surroundings: Surroundings
    readonly now: () => number
    readonly log: Logger
  },
) {
  const { config, envelope, surroundings, now, log } = parts
  const { elapsed = () => performance.now() } = surroundings
  const deployment = await loadDeployment(ownStore, { config, envelope, now: now() })
  const { realm, issuer, tls } = deployment
  const news = createFleetNews(now)
  const store = tellingStore(ownStore, news)
  if (tls !== undefined) {
    writeFileSync(join(config.dataDir, 'ca.pem'), tls.caCertificate, { mode: 0o644 })
  }
  const cutOff = await closeOpenIntents(store, now())
  if (cutOff > 0)
    log.warn({ requests: cutOff }, 'an earlier run was cut off; their outcome is unknown')

  const bus = createLocalBus()
  const egress = await openEgress({
    settings: store.settings,
    configured: config.egress,
    now,
    log,
  })
  const record = await startTrail(store, {
    config,
    realm,
    envelope,
    newDigestKey: surroundings.newDigestKey,
    now,
    log,
  })
  const { trail } = record
  const signer = createGrantSigner(issuer, now)
  const sourceOf = createSourceOf(config.trustedProxies)
  const agents = startAgents({
    deployment,
    store,
    bus,
    trail,
    links: record.links,
    news,
    egress,
    envelope,
    signer,
    sourceOf,
    deliveryDeadlineMs: surroundings.deliveryDeadlineMs,
    proofDeadlineMs: surroundings.proofDeadlineMs,
    now,
    log,
  })
  const { presence, gateway, hostRules } = agents
  const addressSeen = (address: string) => egress.seen(address)
  const { tunnels, dialBacks, probe } = startTunnels({
    config: config.tunnels,
    trail,
    bus,
    presence,
    signer,
    deployment: issuer.deployment,
    addressSeen,
    dialDirect: surroundings.dialDirect,
    probeSsh: surroundings.probeSsh,
    agentWithinMs: surroundings.deliveryDeadlineMs,
    now,
    elapsed,
    log,
  })
  const { recordings, terminals } = startTerminals({
    config,
    terminalRecorder: surroundings.terminalRecorder,
    recordingsEveryMs: surroundings.recordingsEveryMs,
    store,
    trail,
    realm,
    envelope,
    presence,
    news,
    addressSeen,
    now,
    elapsed,
    log,
  })
  const live = startLive(news, {
    store,
    presence,
    terminals,
    realm,
    deployment: issuer.deployment,
    everyMs: surroundings.liveEveryMs,
    now,
    log,
  })
  // Known once it listens, and asked for by requests only.
  let endpoint = ''
  const launches = createLaunches({
    images: config.images,
    install: config.launch.install,
    url: () => config.launch.url ?? endpoint,
    newBoundary: () => `fleetkey-${randomUUID()}`,
    log,
    timeoutMs: surroundings.launchTimeoutMs,
  })
  const signIns = createProviderSignIns(now)
  const deviceKey = await sealedSetting(store, envelope, 'device-key', () =>
    randomBytes(32).toString('base64'),
  )
  const disks = () =>
    diskRooms({ database: databaseFile(config), recordings: recordingsFolder(config) })
  const world: World = {
    realm,
    deployment: issuer.deployment,
    tunnelDnsName: deployment.tunnelDnsName,
    store,
    deliveries: agents.deliveries,
    explanations: createExplanations(bus),
    grantNews: record.grantNews,
    presence,
    live,
    sessionEnds: createSessionEnds({ bus }),
    hostDoctor: agents.hostDoctor,
    probe,
    envelope,
    webIdentities: createWebIdentities({
      entities: store.identities.entities,
      providers: store.identities.providers,
      keys: createProviderKeys({ now }),
      now,
    }),
    accesses: createAccesses({ store, now, log }),
    knownDevices: createKnownDevices(Buffer.from(deviceKey, 'base64'), now),
    signIns,
    launches,
    recordings,
    proof: record.proof,
    trailStreams: record.streams,
    disks,
    unrecorded: record.unrecorded,
    console: {
      sessionSeconds: Math.round(config.console.sessionHours * 3600),
      idleSeconds: config.console.idleMinutes * 60,
    },
    caPin: tls?.caPin ?? '',
    tunnels,
    terminals,
    hostRules,
    controlPlaneRanges: () => egress.listing().ranges,
    dropAgent(instanceId) {
      gateway.drop(instanceId)
      const text = 'the instance is enrolled no more'
      tunnels.endThoseOf({ instanceId }, { code: TUNNEL_CLOSE.forgotten, text })
      const says = 'The instance is enrolled no more.'
      terminals.endThoseOf({ instanceId }, { cause: 'right-withdrawn', says })
    },
    now,
  }
  const http = await startHttp({
    config,
    tls,
    sourceOf,
    world,
    trail,
    egress,
    enrolments: agents.enrolments,
    gateway,
    dialBacks,
    tunnels,
    terminals,
    signIns,
    consoleFolder: surroundings.consoleFolder ?? CONSOLE,
    log,
  }).catch(async (error: unknown) => {
    await record.streams.stop()
    await recordings.stop()
    throw error
  })
  const upkeep = startUpkeep({
    config: config.sessions,
    world,
    trail,
    withdrawalEveryMs: surroundings.withdrawalEveryMs,
    log,
  })
  endpoint = endpointOf(config, http.port)
  const caFile = tls === undefined ? undefined : join(config.dataDir, 'ca.pem')
  const { tell = (text) => void process.stdout.write(text) } = surroundings
  tellRootKey(deployment, { endpoint, caFile, file: surroundings.rootCredentialsFile, tell })
  await tellSetUp(store, { console: config.console.origins[0] ?? endpoint, now, tell })
  log.info({ endpoint, caFile, realm }, 'ready')
  return {
    port: http.port,
    deployment,
    recordings,
    proof: record.proof,
    async close() {
      log.info({}, 'stopping')
      await upkeep.stop()
      await live.close()
      // Whose they are is told why, before the connections of their pages go.
      await terminals.close()
      await http.close()
      await world.accesses.flush()
      await bus.close()
      await egress.settled()
      await recordings.stop()
      await agents.stop()
      await record.stop()
      await store.close()
      log.info({}, 'stopped')
    },
  }
}

/** How clients on other machines would call it; they may know it by a better name. */
function endpointOf(config: ServerConfig, port: number): string {
  const { host } = config.listen
  const name = host === '::' || host === '0.0.0.0' ? hostname() : host
  const scheme = config.tls === 'off' ? 'http' : 'https'
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`
}
