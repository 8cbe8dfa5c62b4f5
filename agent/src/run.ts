import { rmSync } from 'node:fs'
import { openAccounts } from './accounts.ts'
import { Agent } from './agent.ts'
import { openBootClock } from './boot-clock.ts'
import { clearFirst } from './clear-first.ts'
import type { CheckName } from './examination/check.ts'
import type { Examination } from './examination/examination.ts'
import { AgentFailure, EXIT } from './exit-codes.ts'
import { isRoot } from './deliveries/replace-file.ts'
import { collectFacts } from './facts.ts'
import { loadIdentity } from './identity.ts'
import { Ingress } from './ingress/ingress.ts'
import { openKeptRules } from './ingress/kept-rules.ts'
import { openFirewall } from './ingress/nft.ts'
import { createLog, reason, type Log } from './log.ts'
import { openDelivery } from './open-delivery.ts'
import type { Paths } from './paths.ts'
import { loadSettings, type Settings } from './settings.ts'
import type { ExaminedLogin } from './reasons/refusals.ts'
import { openSshdWords } from './sshd-words/sshd-words.ts'
import { loadEnrolment, TrustStore } from './state.ts'
import { processStart, readStatus, writeStatus } from './status.ts'
import { AGENT_VERSION } from './version.ts'

/** `fleetkey agent run`: until SIGTERM or SIGINT. */
export async function run(paths: Paths): Promise<number> {
  const settings = loadSettings(paths.settings)
  const enrolment = loadEnrolment(paths.state)
  if (enrolment === undefined) {
    throw new AgentFailure('configuration', 'This host has not joined yet: "fleetkey agent join".')
  }
  const running = readStatus(paths.statusFile)
  if (running !== undefined) {
    throw new AgentFailure('configuration', `An agent runs already, as process ${running.pid}.`)
  }
  const log = createLog(settings.logLevel)
  const clock = openBootClock()
  const { instanceId, serverUrl } = enrolment
  const delivery = clearFirst(await openDelivery(settings.delivery, { paths, instanceId, clock }))
  const startedAt = Date.now()
  const identity = loadIdentity(paths.state)
  const trust = new TrustStore(paths.state, enrolment)
  const accounts = openAccounts()
  let agent: Agent | undefined
  const showStatus = () => agent && write(paths, agent, { startedAt, settings, log })
  const ingress =
    process.geteuid?.() === 0
      ? new Ingress({
          context: {
            pins: enrolment,
            agentKey: identity.agentKey,
            trust: () => trust.current,
            raiseTrust: (seen) => trust.raise(seen),
          },
          kept: openKeptRules(paths.state),
          firewall: openFirewall(),
          sshPorts: async () => {
            const { portsOf, readSshdConfig } = await import('./sshd.ts')
            return portsOf(await readSshdConfig(undefined, paths.sshdConfig))
          },
          log,
          onChange: () => agent && refresh(agent, log),
          onPutBack: () => agent?.renewLink(),
        })
      : undefined
  const notes = settings.delivery === 'command' ? await import('./deliveries/notes.ts') : undefined
  const words = openSshdWords({ clock, log })
  const sessions = isRoot()
    ? new (await import('./sessions/sessions.ts')).Sessions({
        instanceId,
        logins: paths.logins,
        hook: paths.sessionHook,
        state: paths.state,
        clock,
        accounts,
        log,
        words,
        isAlarm: () =>
          (settings.otherLogins ?? (agent?.facts.lock.kind === 'locked' ? 'alarm' : 'note')) ===
          'alarm',
      })
    : undefined
  agent = await Agent.open({
    settings,
    reasons: {
      words,
      examine: (login) => examineLogin(login, { settings, paths }),
      prepare: async () => void (await loadExamination()),
    },
    enrolment,
    identity,
    trust,
    clock,
    delivery,
    paths,
    accounts,
    log,
    ...(sessions && { sessions }),
    collectFacts: () =>
      collectFacts({
        ...hostSources(settings, paths),
        problems: async () => [
          ...(ingress?.problems ?? []),
          ...(sessions?.problems ?? []),
          ...(await delivery.problems()),
        ],
      }),
    ...(ingress === undefined ? {} : { ingress }),
    ...(notes === undefined ? {} : { takeNotes: () => notes.takeNotes({ paths }) }),
    onChange: () => void setImmediate(showStatus),
  })
  showStatus()
  log.info('agent-started', { instanceId, serverUrl, version: AGENT_VERSION })

  const opened = agent
  const stop = (signal: NodeJS.Signals) => {
    log.info('agent-stopping', { signal })
    void opened.close()
  }
  const onHangUp = () => refresh(opened, log)
  process.once('SIGTERM', stop).once('SIGINT', stop).on('SIGHUP', onHangUp)
  try {
    await opened.run()
    await opened.close()
    await delivery.close?.()
  } finally {
    words.close()
    process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', refresh)
    process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', onHangUp)
    agent = undefined // a status that waits to be written would come after its removal
    rmSync(paths.statusFile, { force: true })
  }
  return EXIT.ok
}

/** What most agents never need. */
async function loadExamination() {
  const { beginExamination } = await import('./examination/examine.ts')
  const { recallSshdConfig } = await import('./recall-sshd-config.ts')
  return { beginExamination, recallSshdConfig }
}

async function examineLogin(
  { hasCome, ...login }: ExaminedLogin,
  host: { readonly settings: Settings; readonly paths: Paths },
): Promise<Examination> {
  const { beginExamination, recallSshdConfig } = await loadExamination()
  return beginExamination(login, {
    ...host,
    only: hasCome ? LOGIN_CHECKS : [...WAY_CHECKS, ...LOGIN_CHECKS],
    limitMs: EXAMINED_WITHIN_MS,
    readConfig: recallSshdConfig,
  })
}

/** A helper that hangs is given up sooner, and the server waits for seven seconds. */
const EXAMINED_WITHIN_MS = 2500
/** Whether a login comes to sshd. */
const WAY_CHECKS: readonly CheckName[] = ['sshd-running', 'sockets']
/** What stops a login that has come, and is quickly seen; the doctor looks at more. */
const LOGIN_CHECKS: readonly CheckName[] = [
  'sshd-config',
  'account',
  'pam',
  'permissions',
  'command',
]

function refresh(agent: Agent, log: Log): void {
  agent.refreshFacts().catch((failure: unknown) => {
    log.error('facts-failed', { reason: reason(failure) })
  })
}

/** What the facts are made of on a real host. Loaded when it is first needed, and shared with `join`. */
export function hostSources(settings: Settings, paths: Paths) {
  return {
    delivery: settings.delivery,
    sshd: async () => {
      const { inspectSshd } = await import('./sshd.ts')
      const { askSshdConfig } = await import('./recall-sshd-config.ts')
      const { version, ...sshd } = await inspectSshd(paths.sshdConfig, askSshdConfig)
      return { ...sshd, version: version.text }
    },
    lock: async () => {
      const { measureLock } = await import('./lock.ts')
      const users = settings.allowUsers?.slice(0, MAX_LOCK_USERS) ?? []
      return measureLock(users, { paths, delivery: settings.delivery })
    },
    ...(settings.sshPort === undefined ? {} : { sshPort: settings.sshPort }),
    ...(settings.tunnelPorts === undefined ? {} : { tunnelPorts: settings.tunnelPorts }),
  }
}

/** sshd is asked three times for each; more would be felt. */
const MAX_LOCK_USERS = 8

function write(
  paths: Paths,
  agent: Agent,
  { startedAt, settings, log }: { startedAt: number; settings: Settings; log: Log },
): void {
  const { lock, problems } = agent.facts
  try {
    writeStatus(paths.statusFile, {
      pid: process.pid,
      processStart: processStart(process.pid),
      agentVersion: AGENT_VERSION,
      startedAt,
      connectedSince: agent.link.connectedSince ?? null,
      trouble: agent.link.trouble,
      delivery: settings.delivery,
      lock,
      problems,
      liveKeys: agent.liveKeys.list().map(({ osUser, fingerprint, grantId, deadline }) => {
        return { osUser, fingerprint, grantId, deadline }
      }),
    })
  } catch (failure) {
    log.error('status-not-written', { reason: reason(failure) })
  }
}
