import type { Finding } from '@fleetkey/domain/finding'
import { instanceLabel } from '../../agents/deliver-grant.ts'
import type { World } from '../operation.ts'
import { found } from './found.ts'
import type { MeantInstance } from './meant-instance.ts'

/** What the control plane knows of the host, and whether its agent is here. */
export function findInstanceState(
  meant: MeantInstance,
  { presence, now }: Pick<World, 'presence' | 'now'>,
): readonly Finding[] {
  switch (meant.kind) {
    case 'unknown':
      return [
        found('instance', 'bad', 'There is no such instance.', {
          mend: { says: 'See what there is.', commands: ['fleetkey instances'] },
        }),
      ]
    case 'several':
      return [
        found(
          'instance',
          'bad',
          `Several instances are called so: ${meant.instanceIds.join(', ')}.`,
          {
            mend: { says: 'Ask by the id of the one that you mean.' },
          },
        ),
      ]
    case 'forgotten':
      return [
        found('instance', 'bad', `${meant.instanceId} was terminated: it is enrolled no more.`, {
          mend: {
            says: 'Enrol the host again; it becomes another instance.',
            commands: ['fleetkey join-tokens create'],
          },
        }),
      ]
    case 'pending':
      return [
        found('instance', 'bad', `${meant.instanceId} is pending: no host has joined as it yet.`, {
          mend: {
            says: 'Start a host with its user data; if one runs, see the log of cloud-init there.',
            commands: [`fleetkey instances user-data ${meant.instanceId}`],
          },
        }),
      ]
    case 'enrolled': {
      const { instance } = meant
      const since = new Date(instance.enrolledAt).toISOString()
      const label = instanceLabel(instance)
      const enrolled = found('instance', 'good', `${label} is enrolled since ${since}.`)
      const link = presence.stateOf(instance.instanceId)
      if (link.kind === 'connected') {
        const at = new Date(link.since).toISOString()
        return [enrolled, found('agent-link', 'good', `Its agent is connected since ${at}.`)]
      }
      return [enrolled, lost(link.since, { now: now(), problems: instance.facts.problems })]
    }
  }
}

function lost(
  since: number | undefined,
  { now, problems }: { readonly now: number; readonly problems: readonly string[] },
): Finding {
  const when =
    since === undefined
      ? 'and was not since this server started'
      : `since ${new Date(since).toISOString()}, ${Math.round((now - since) / 1000)} s ago`
  const last = problems.length === 0 ? '' : ` What it last said: ${problems.join(' ')}`
  return found('agent-link', 'bad', `Its agent is not connected, ${when}.${last}`, {
    mend: {
      says: 'See on the host why, and that it can reach this server; then start it.',
      commands: [
        'fleetkey agent status',
        'journalctl -u fleetkey-agent -n 50',
        'systemctl restart fleetkey-agent',
      ],
    },
  })
}
