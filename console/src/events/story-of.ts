import { LOGIN_CAUSES, mendFor, isLoginCause } from '@fleetkey/domain/login-cause'
import { isPushName } from './push-names.ts'
import type { EventView } from './trail-record.ts'

/** An answer of GetGrant. Times are seconds since 1970. */
export interface GrantAnswer {
  readonly GrantId: string
  readonly InstanceId: string
  readonly InstanceOSUser: string
  readonly Fingerprint: string
  readonly PrincipalArn?: string
  readonly State: string
  readonly UsableUntil?: number
  readonly Says?: string
  readonly Cause?: string
  readonly Mend?: string
  readonly SourceAddress?: string
  readonly Steps: readonly {
    readonly Kind: string
    readonly Time: number
    readonly HostTime?: string
    readonly Says?: string
    readonly Cause?: string
    readonly Meaning?: string
    readonly SourceAddress?: string
  }[]
}

/** One thing that happened, as a timeline shows it. */
export interface StoryStep {
  readonly status: 'success' | 'error' | 'info' | 'stopped' | 'in-progress' | 'warning'
  readonly header: string
  /** Seconds since 1970. */
  readonly time: number
  readonly says: readonly string[]
  /** What to do about it. */
  readonly mend?: string
}

const KINDS: Readonly<Record<string, readonly [StoryStep['status'], string]>> = {
  pushed: ['success', 'The key was pushed'],
  'not-delivered': ['error', 'The key did not come to the host'],
  delivered: ['success', 'The key is on the host'],
  offered: ['info', 'sshd was asked for the key'],
  refused: ['error', 'sshd refused the login'],
  accepted: ['success', 'Logged in'],
  ended: ['stopped', 'The session ended'],
  expired: ['stopped', 'Its minute was over, and nobody had logged in with it'],
}

/** What became of a pushed key: push → receipt → login → session → end. */
export function storyOfGrant(grant: GrantAnswer): readonly StoryStep[] {
  const { InstanceId: instanceId, InstanceOSUser: osUser, Steps: steps } = grant
  // sshd refuses some before it asks for a key: then it is not that nobody came with it.
  const isRefused = steps.some(({ Kind }) => Kind === 'refused')
  const story = steps.map((step): StoryStep => {
    const [status, header] = KINDS[step.Kind] ?? ['info', step.Kind]
    const from = step.SourceAddress === undefined ? [] : [`from ${step.SourceAddress}`]
    const told = step.Kind === 'expired' && isRefused ? [] : [step.Meaning, step.Says]
    const says = [...from, ...told.filter((text) => text !== undefined)]
    const mend = isLoginCause(step.Cause) ? mendFor(step.Cause, { instanceId, osUser }) : undefined
    return {
      status,
      header,
      time: step.Time,
      says: [...new Set(says)],
      ...(mend !== undefined && { mend }),
    }
  })
  if (story.some(({ status }) => status === 'error') || grant.Mend === undefined) return story
  // What the host says now, and has not told by itself.
  return [
    ...story,
    {
      status: 'error',
      header: grant.Cause === undefined ? 'Nothing came to sshd' : 'The host says why',
      time: story.at(-1)?.time ?? 0,
      says: [
        grant.Says ?? '',
        isLoginCause(grant.Cause) ? LOGIN_CAUSES[grant.Cause].says : '',
      ].filter((text) => text !== ''),
      ...(grant.Mend !== undefined && { mend: grant.Mend }),
    },
  ]
}

/** Of any other request: its records, oldest first. */
export function storyOfRecords(events: readonly EventView[]): readonly StoryStep[] {
  return events.map(({ eventName, outcome, reason, says, time }) => ({
    status: STATUS[outcome],
    header:
      reason === undefined ? `${eventName}${SUFFIX[outcome] ?? ''}` : `${eventName}: ${reason}`,
    time,
    says,
  }))
}

const STATUS: Readonly<Record<EventView['outcome'], StoryStep['status']>> = {
  begun: 'in-progress',
  ok: 'success',
  denied: 'error',
  failed: 'error',
  refused: 'error',
  alarm: 'warning',
  told: 'info',
}

const SUFFIX: Partial<Record<EventView['outcome'], string>> = { begun: ' was asked for' }

/** The push that the records belong to, if one does: its request id names the grant. */
export function grantIdOf(events: readonly EventView[]): string | undefined {
  return events.find(({ eventName }) => isPushName(eventName))?.requestId
}
