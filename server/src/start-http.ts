import { LIVE_PATH } from '@fleetkey/wire/live/protocol'
import { TERMINALS_PATH } from '@fleetkey/wire/terminal/protocol'
import type { Logger } from 'pino'
import type { Enrolments } from './agents/enrol.ts'
import type { AgentGateway } from './agents/gateway.ts'
import type { ServerConfig } from './config.ts'
import type { ServedTls } from './deployment.ts'
import { createAuthenticate } from './http/authenticate.ts'
import { createAuthenticateCookie } from './http/console/authenticate-cookie.ts'
import { createBrowserDoors } from './http/console/browser-door.ts'
import { createForeignPage } from './http/console/foreign-page.ts'
import { createPageFiles } from './http/console/page-files.ts'
import { createSessionUses } from './http/console/session-uses.ts'
import { createStandingSessions } from './http/console/standing-sessions.ts'
import { createCredentialCache } from './http/credential-cache.ts'
import { createDiscovery } from './http/discovery.ts'
import type { Egress } from './http/egress.ts'
import { ipRanges } from './http/ip-ranges.ts'
import { createKeyUses } from './http/key-uses.ts'
import { listen } from './http/listen.ts'
import { liveEntrance } from './http/live-door.ts'
import { createPipeline } from './http/pipeline.ts'
import { serveProviderSignIn } from './http/provider-sign-in.ts'
import { TARGET_PREFIXES } from './http/route.ts'
import { terminalEntrance } from './http/terminal-door.ts'
import { serveTerminalFiles } from './http/terminal-files.ts'
import { terminalOwner } from './http/terminal-owner.ts'
import { createAuthorizationCodes } from './oidc/authorization-code.ts'
import type { ProviderSignIns } from './oidc/sign-ins.ts'
import { secretsOf } from './oidc/sso-config.ts'
import type { World } from './operations/operation.ts'
import type { SourceOf } from './source.ts'
import type { Terminals } from './terminals/terminals.ts'
import type { Trail } from './trail/trail.ts'
import { userIdentity } from './trail/user-identity.ts'
import type { DialBacks } from './tunnels/dial-backs.ts'
import type { Tunnels } from './tunnels/tunnels.ts'

/** All that is asked over the network, from who asks to the port where it listens. Part of the composition root. */
export async function startHttp(parts: {
  readonly config: ServerConfig
  readonly tls: ServedTls | undefined
  readonly sourceOf: SourceOf
  readonly world: World
  readonly trail: Trail
  readonly egress: Egress
  readonly enrolments: Enrolments
  readonly gateway: AgentGateway
  readonly dialBacks: DialBacks
  readonly tunnels: Tunnels
  readonly terminals: Terminals
  readonly signIns: ProviderSignIns
  readonly consoleFolder: string
  readonly log: Logger
}) {
  const { config, tls, sourceOf, world, trail, egress, enrolments, gateway, dialBacks, terminals } =
    parts
  const { tunnels, signIns, consoleFolder, log } = parts
  const { store, realm, envelope, now } = world
  const uses = createKeyUses({ keys: store.identities.keys, region: realm.region, now, log })
  const credentialOf = createCredentialCache({ store, envelope, realm })
  const idleMs = world.console.idleSeconds * 1000
  const sessionUses = createSessionUses({ store, idleMs, now, log })
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
    sourceOf,
    foreignPage,
    authenticateCookie,
    ownerOf: (caller) => terminalOwner(userIdentity(caller, realm)),
    answer,
    sessionUses,
    standingSessions: createStandingSessions({
      sessions: store.identities.sessions,
      uses: sessionUses,
      now,
    }),
    securityVersion: () => store.securityVersion(),
    log,
  })
  const secretOf = secretsOf(config.sso, process.env)
  const listener = await listen({
    ...config.listen,
    tls,
    sourceOf,
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
    pages: createPageFiles(consoleFolder),
    browserDoors: new Map([
      [LIVE_PATH, browserDoors.door(liveEntrance(log))],
      [TERMINALS_PATH, browserDoors.door(terminalEntrance({ terminals, realm, log }))],
    ]),
    serveFiles: (app) =>
      serveTerminalFiles(app, {
        terminals,
        sourceOf,
        authenticateCookie,
        foreignPage,
        realm,
        log,
      }),
    serveProviderSignIn: (app) =>
      serveProviderSignIn(app, {
        sourceOf,
        codes: createAuthorizationCodes({ secretOf, now }),
        signIns,
        store,
        origins: config.console.origins,
        now,
        log,
      }),
    log,
  })
  return {
    port: listener.port,
    async close() {
      browserDoors.close()
      await listener.close()
      await uses.flush()
      await sessionUses.flush()
    },
  }
}
