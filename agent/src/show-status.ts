import { openBootClock } from './boot-clock.ts'
import { AgentFailure, EXIT } from './exit-codes.ts'
import type { Paths } from './paths.ts'
import { loadEnrolment, type Enrolment } from './state.ts'
import { readStatus, type AgentStatus } from './status.ts'

/** `fleetkey agent status`: what this host joined and what its agent does. Not ok when no agent runs or its link is down. */
export function showStatus(output: 'text' | 'json', paths: Paths): number {
  const { enrolment, status } = readBoth(paths)
  const text = output === 'json' ? asJson(enrolment, status) : asText(enrolment, status)
  process.stdout.write(`${text}\n`)
  if (enrolment === undefined) return EXIT.configuration
  return status?.connectedSince == null ? EXIT.unavailable : EXIT.ok
}

function readBoth(paths: Paths) {
  try {
    return { enrolment: loadEnrolment(paths.state), status: readStatus(paths.statusFile) }
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'EACCES') throw failure
    throw new AgentFailure('fileUnreadable', 'Only root may see this: sudo fleetkey agent status')
  }
}

function asJson(enrolment: Enrolment | undefined, status: AgentStatus | undefined): string {
  const joined = enrolment && {
    instanceId: enrolment.instanceId,
    deployment: enrolment.deployment,
    serverUrl: enrolment.serverUrl,
  }
  return JSON.stringify({ joined: joined ?? null, agent: status ?? null }, undefined, 2)
}

function asText(enrolment: Enrolment | undefined, status: AgentStatus | undefined): string {
  if (enrolment === undefined) {
    return 'Not joined. Make a token with "fleetkey join-tokens create" and run "fleetkey agent join URL" here.'
  }
  const joined = row('joined', `${enrolment.serverUrl} as ${enrolment.instanceId}`)
  if (status === undefined) {
    return `${joined}\n${row('agent', 'does not run: "fleetkey agent install" or "fleetkey agent run"')}`
  }
  const { connectedSince, trouble, delivery, lock, problems, liveKeys } = status
  return [
    joined,
    row('agent', `runs as process ${status.pid} since ${time(status.startedAt)}`),
    row('link', connectedSince === null ? `down: ${trouble}` : `up since ${time(connectedSince)}`),
    row('delivery', delivery),
    row('lock', lockText(lock)),
    ...(problems.length === 0
      ? [row('problems', 'none')]
      : problems.map((problem) => row('problem', problem))),
    row('live keys', String(liveKeys.length)),
    ...liveKeys.map((key) =>
      row('', `${key.osUser}  ${key.fingerprint}  ${secondsLeft(key)} s left`),
    ),
  ].join('\n')
}

const row = (name: string, text: string) => `${name.padEnd(11)}${text}`

const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const secondsLeft = ({ deadline }: { deadline: number }) =>
  Math.max(0, Math.round((deadline - openBootClock().now()) / 100))

function lockText(lock: AgentStatus['lock']): string {
  switch (lock.kind) {
    case 'locked':
      return 'locked: grants are the only way in'
    case 'open':
      return `open: also by ${lock.ways.join('; ')}`
    case 'unknown':
      return `unknown: ${lock.because}`
  }
}
