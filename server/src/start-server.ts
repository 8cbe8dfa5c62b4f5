import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import { TUNNEL_CLOSE } from '@fleetkey/wire/tunnel/protocol'
import { LIVE_PATH } from '@fleetkey/wire/live/protocol'
import pino, { type DestinationStream, type Logger } from 'pino'
import { createExplanations } from './agents/explanations.ts'
import { createDeliveries } from './agents/deliver-grant.ts'
import { createEnrolments } from './agents/enrol.ts'
import { createSessionEnds } from './agents/end-sessions.ts'
import { createAgentGateway } from './agents/gateway.ts'
import { createHostDoctor } from './agents/host-doctor.ts'
import { createManagedSigners } from './agents/managed-signers.ts'
import { createPresence } from './agents/presence.ts'
import { createHostRulesTeller } from './agents/tell-rules.ts'
import { createLocalBus } from './bus/local/local-bus.ts'
import type { ServerConfig } from './config.ts'
import { loadDeployment, sealedSetting } from './deployment.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { createAuthenticateCookie } from './http/console/authenticate-cookie.ts'
import { createPageFiles } from './http/console/page-files.ts'
import { createBrowserDoors } from './http/console/browser-door.ts'
import { createForeignPage } from './http/console/foreign-page.ts'
import { createSessionUses } from './http/console/session-uses.ts'
import { createCredentialCache } from './http/credential-cache.ts'
import { createDiscovery } from './http/discovery.ts'
import { openEgress } from './http/egress.ts'
import { ipRanges } from './http/ip-ranges.ts'
import { liveEntrance } from './http/live-door.ts'
import { createKeyUses } from './http/key-uses.ts'
import { listen } from './http/listen.ts'
import { createPipeline } from './http/pipeline.ts'
import { TARGET_PREFIXES } from './http/route.ts'
import { serveProviderSignIn } from './http/provider-sign-in.ts'
import { terminalEntrance } from './http/terminal-door.ts'
import { serveTerminalFiles } from './http/terminal-files.ts'
import { startPruningSessions } from './identities/prune-sessions.ts'
import { createLaunches } from './launches/launches.ts'
import { startPruningLaunches } from './launches/prune-launches.ts'
import { createFleetNews } from './live/fleet-news.ts'
import { tellingStore } from './live/telling-store.ts'
import type { World } from './operations/operation.ts'
import { startEndingWithdrawn } from './operations/ssh-sessions/end-withdrawn.ts'
import { startPruningSshSessions } from './operations/ssh-sessions/prune-ssh-sessions.ts'
import { probeSsh, type ProbeSsh } from './probe/probe-ssh.ts'
import { createAuthorizationCodes } from './oidc/authorization-code.ts'
import { createProviderKeys } from './oidc/provider-keys.ts'
import { createProviderSignIns } from './oidc/sign-ins.ts'
import { secretsOf } from './oidc/sso-config.ts'
import { createWebIdentities } from './oidc/verify-token.ts'
import { createEnvelope, type Envelope } from './secrets/envelope.ts'
import { createGrantSigner } from './secrets/grant-signer.ts'
import { createManagedSigner } from './secrets/managed-signer.ts'
import { loadMasterKey } from './secrets/master-key.ts'
import { openSqliteStore } from './store/sqlite/open.ts'
import type { Store } from './store/store.ts'
import { closeOpenIntents } from './trail/close-open-intents.ts'
import { createEnrolmentRecorder } from './trail/record-enrolment.ts'
import { createHostBudgets } from './trail/host-budgets.ts'
import { createPushesToHosts } from './trail/pushes-to-hosts.ts'
import { createIngressRecorder } from './trail/record-ingress.ts'
import { createReceiptRecorder } from './trail/record-receipts.ts'
import { createSessionRecorder } from './trail/record-sessions.ts'
import { createTunnelRecorder } from './trail/record-tunnels.ts'
import { startLive } from './start-live.ts'
import { startTerminals } from './start-terminals.ts'
import { startTrail } from './start-trail.ts'
import { tellRootKey, tellSetUp } from './tell-first-start.ts'
import { tellTrouble } from './tell-trouble.ts'
import type { TerminalRecorder } from './terminals/recorder.ts'
import { createDialBacks } from './tunnels/dial-backs.ts'
import { dialDirect, type DialDirect } from './tunnels/dial-direct.ts'
import { createRoutes } from './tunnels/routes.ts'
import { createTunnels } from './tunnels/tunnels.ts'

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
  const {
    now = Date.now,
    openStore = openSqliteStore,
    logTo = pino.destination({ fd: 2, sync: true }),
  } = surroundings
  const log = pino({ level: config.log, base: null }, logTo)
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const envelope = createEnvelope(loadMasterKey(config.dataDir, process.env['FLEETKEY_MASTER_KEY']))
  const file = config.database?.slice('sqlite:'.length) ?? join(config.dataDir, 'fleetkey.db')
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
  const { trail, links } = record
  const presence = createPresence({
    arrived(instanceId, peerAddress) {
      links.arrived(instanceId, peerAddress)
      news.changed('instances', instanceId)
    },
    left(instanceId) {
      links.left(instanceId)
      news.changed('instances', instanceId)
    },
  })
  const signer = createGrantSigner(issuer, now)
  const managed = createManagedSigner({
    texts: {
      keep: (name, make) => sealedSetting(store, envelope, name, make),
      drop: (name) => store.settings.set(name, undefined),
    },
    deployment: issuer.deployment,
    region: realm.region,
    now,
  })
  const controlPlaneRanges = () => egress.listing().ranges
  const hostRules = createHostRulesTeller({
    store,
    bus,
    signer,
    deployment: issuer.deployment,
    controlPlane: controlPlaneRanges,
    answerWithinMs: surroundings.deliveryDeadlineMs,
    now,
  })
  egress.onChange(() => {
    hostRules.tellAttached().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'hosts were not told of new ranges')
    })
  })
  const budgets = createHostBudgets({ trail, now, log })
  const pushes = createPushesToHosts(store, now)
  const gateway = createAgentGateway({
    store,
    bus,
    presence,
    receipts: createReceiptRecorder({
      trail,
      pushes,
      budgets,
      sessions: createSessionRecorder({ trail, store, pushes, budgets, log }),
    }),
    ingress: createIngressRecorder({ trail, store, budgets, now }),
    hostRules,
    managedSigners: createManagedSigners({
      realm,
      deployment: issuer.deployment,
      managed,
      signer,
      now,
    }),
    deployment: issuer.deployment,
    proofDeadlineMs: surroundings.proofDeadlineMs,
    now,
    log,
  })
  const dialAndNote: DialDirect = async (target, options) => {
    const socket = await (surroundings.dialDirect ?? dialDirect)(target, options)
    egress.seen(socket.localAddress ?? '')
    return socket
  }
  const probeAndNote: ProbeSsh = async (target, options) => {
    const knock = await (surroundings.probeSsh ?? probeSsh)(target, options)
    if ('from' in knock) egress.seen(knock.from)
    return knock
  }
  const dialBacks = createDialBacks({ deployment: issuer.deployment })
  const tunnels = createTunnels({
    routes: createRoutes({
      presence,
      bus,
      signer,
      deployment: issuer.deployment,
      dialBacks,
      direct: config.tunnels.direct,
      dial: dialAndNote,
      agentWithinMs: surroundings.deliveryDeadlineMs,
      now,
    }),
    recorder: createTunnelRecorder(trail),
    limits: {
      perNode: config.tunnels.maxPerServer,
      perCaller: config.tunnels.maxPerCaller,
      perInstance: config.tunnels.maxPerInstance,
    },
    idleSeconds: config.tunnels.idleSeconds,
    now: elapsed,
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
    addressSeen: (address) => egress.seen(address),
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
  const deliveries = createDeliveries({
    bus,
    signer,
    managed,
    deployment: issuer.deployment,
    deadlineMs: surroundings.deliveryDeadlineMs,
    now,
  })
  const enrolments = createEnrolments({
    store,
    recorder: createEnrolmentRecorder(trail, { now, log }),
    pins: {
      deployment: issuer.deployment,
      issuerKeys: [deployment.issuerPublicKey],
      minimumEpoch: issuer.epoch,
      caCertificate: tls?.caCertificate ?? '',
    },
    now,
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
  const secretOf = secretsOf(config.sso, process.env)
  const world: World = {
    realm,
    deployment: issuer.deployment,
    tunnelDnsName: deployment.tunnelDnsName,
    store,
    deliveries,
    explanations: createExplanations(bus),
    grantNews: record.grantNews,
    presence,
    live,
    sessionEnds: createSessionEnds({ bus }),
    hostDoctor: createHostDoctor({
      bus,
      signer,
      presence,
      deployment: issuer.deployment,
      now,
    }),
    probe: config.tunnels.direct ? probeAndNote : undefined,
    envelope,
    webIdentities: createWebIdentities({
      entities: store.identities.entities,
      providers: store.identities.providers,
      keys: createProviderKeys({ now }),
      now,
    }),
    signIns,
    launches,
    recordings,
    proof: record.proof,
    trailStreams: record.streams,
    console: {
      sessionSeconds: Math.round(config.console.sessionHours * 3600),
      idleSeconds: config.console.idleMinutes * 60,
    },
    caPin: tls?.caPin ?? '',
    tunnels,
    terminals,
    hostRules,
    controlPlaneRanges,
    dropAgent(instanceId) {
      gateway.drop(instanceId)
      const text = 'the instance is enrolled no more'
      tunnels.endThoseOf({ instanceId }, { code: TUNNEL_CLOSE.forgotten, text })
      const says = 'The instance is enrolled no more.'
      terminals.endThoseOf({ instanceId }, { cause: 'right-withdrawn', says })
    },
    now,
  }
  const uses = createKeyUses({ keys: store.identities.keys, region: realm.region, now, log })
  const credentialOf = createCredentialCache({ store, envelope, realm })
  const sessionUses = createSessionUses({
    store,
    idleMs: world.console.idleSeconds * 1000,
    now,
    log,
  })
  const authenticateCookie = createAuthenticateCookie({ credentialOf, uses: sessionUses, now })
  const foreignPage = createForeignPage(config.console.origins)
  const answer = createPipeline({
    world,
    authenticateCookie,
    foreignPage,
    sessionUses,
    authenticate: createAuthenticate({
      credentialOf,
      presignedUrls: store.presignedUrls,
      services: new Set(Object.keys(TARGET_PREFIXES)),
      realm,
      uses,
      now,
    }),
    trail,
    log,
  })
  const browserDoors = createBrowserDoors({
    foreignPage,
    authenticateCookie,
    answer,
    sessionUses,
    securityVersion: () => store.securityVersion(),
    log,
  })
  const listener = await listen({
    ...config.listen,
    tls,
    answer,
    discover: createDiscovery({
      realm,
      hasSecret: (client) => secretOf(client) !== undefined,
      store,
    }),
    ipRanges: () => ipRanges(egress.listing(), realm),
    enrolments,
    gateway,
    dialBacks,
    tunnels,
    pages: createPageFiles(surroundings.consoleFolder ?? CONSOLE),
    browserDoors: new Map([
      [LIVE_PATH, browserDoors.door(liveEntrance(log))],
      [TERMINALS_PATH, browserDoors.door(terminalEntrance({ terminals, realm, log }))],
    ]),
    serveFiles: (app) =>
      serveTerminalFiles(app, { terminals, authenticateCookie, foreignPage, realm, log }),
    serveProviderSignIn: (app) =>
      serveProviderSignIn(app, {
        codes: createAuthorizationCodes({ secretOf, now }),
        signIns,
        store,
        origins: config.console.origins,
        now,
        log,
      }),
    log,
  }).catch(async (error: unknown) => {
    await record.streams.stop()
    await recordings.stop()
    throw error
  })
  const pruning = startPruningSessions({ sessions: store.identities.sessions, now, log })
  const pruningLaunches = startPruningLaunches({
    pendingInstances: store.pendingInstances,
    launches,
    now,
    log,
  })
  const pruningSshSessions = startPruningSshSessions({
    sessions: store.sshSessions,
    keepDays: config.sessions.keepDays,
    now,
    log,
  })
  const endingWithdrawn = startEndingWithdrawn({
    world,
    trail,
    mode: config.sessions.endOnWithdrawal,
    ...(surroundings.withdrawalEveryMs !== undefined && {
      everyMs: surroundings.withdrawalEveryMs,
    }),
    log,
  })
  endpoint = endpointOf(config, listener.port)
  const caFile = tls === undefined ? undefined : join(config.dataDir, 'ca.pem')
  const { tell = (text) => void process.stdout.write(text) } = surroundings
  tellRootKey(deployment, { endpoint, caFile, file: surroundings.rootCredentialsFile, tell })
  await tellSetUp(store, { console: config.console.origins[0] ?? endpoint, now, tell })
  log.info({ endpoint, caFile, realm }, 'ready')
  return {
    port: listener.port,
    deployment,
    recordings,
    proof: record.proof,
    async close() {
      log.info({}, 'stopping')
      await endingWithdrawn.stop()
      await live.close()
      // Whose they are is told why, before the connections of their pages go.
      await terminals.close()
      browserDoors.close()
      await listener.close()
      await bus.close()
      await uses.flush()
      await sessionUses.flush()
      await egress.settled()
      await pruning.stop()
      await pruningLaunches.stop()
      await pruningSshSessions.stop()
      await recordings.stop()
      await budgets.stop()
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
