import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { Act, Trail } from './trail.ts'

/** Who opened a tunnel and from where, as the record of its opening has it. */
export type TunnelOpener = Pick<
  Act,
  'identity' | 'userName' | 'sourceAddress' | 'userAgent' | 'tls' | 'resourceArns' | 'facts'
>

export interface EndedTunnel {
  readonly requestId: string
  readonly instanceId: string
  readonly route: 'direct' | 'agent'
  readonly fromClient: number
  readonly toClient: number
  readonly seconds: number
  readonly ending: { readonly code: number; readonly text: string }
}

/** Records what became of a tunnel. */
export interface TunnelRecorder {
  ended(opener: TunnelOpener, tunnel: EndedTunnel): Promise<void>
}

/** `CloseTunnel` is ours, AWS has no such event; the request id leads to the `OpenTunnel` that it ends. */
export function createTunnelRecorder(trail: Pick<Trail, 'complete'>): TunnelRecorder {
  return {
    async ended(opener, { requestId, instanceId, ending, ...account }) {
      const act: Act = {
        ...opener,
        requestId,
        eventName: 'CloseTunnel' satisfies OwnEvent,
        eventSource: 'ec2-instance-connect.amazonaws.com',
        eventType: 'AwsServiceEvent',
        readOnly: false,
        resource: instanceId,
        requestParameters: null,
        facts: {
          ...opener.facts,
          instanceId,
          route: account.route,
          bytesFromClient: account.fromClient,
          bytesToClient: account.toClient,
          seconds: account.seconds,
          closeCode: ending.code,
          because: ending.text === '' ? 'both directions ended' : ending.text,
        },
      }
      await trail.complete(act, {})
    },
  }
}
