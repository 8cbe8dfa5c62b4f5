import { randomBytes, randomUUIDv7 } from 'node:crypto'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { SettingStore } from '../store/store.ts'
import { configurationChange, settingDigests, type SettingDigests } from './configuration-change.ts'
import type { Act, Trail } from './trail.ts'

/** Records what becomes of the server itself. */
export interface ServerRecorder {
  /** That it starts, and before that which settings differ from those that it last started with. */
  started(configuration: object): Promise<void>
  stopped(): Promise<void>
}

const SETTING = 'configuration digests'

export function createServerRecorder(
  trail: Pick<Trail, 'complete'>,
  { settings, version }: { readonly settings: SettingStore; readonly version: string },
): ServerRecorder {
  const record = (eventName: OwnEvent, requestParameters: Act['requestParameters'] = null) =>
    trail.complete(
      {
        requestId: randomUUIDv7(),
        eventName,
        eventSource: 'fleetkey.amazonaws.com',
        eventType: 'AwsServiceEvent',
        readOnly: false,
        identity: { type: 'AWSService', invokedBy: 'fleetkey-server' },
        userName: '',
        sourceAddress: '',
        userAgent: '',
        resource: '',
        resourceArns: [],
        requestParameters,
        facts: { version },
      },
      {},
    )

  return {
    async started(configuration) {
      const kept = await settings.get(SETTING)
      const before = kept === undefined ? undefined : (JSON.parse(kept) as KeptDigests)
      const salt = before?.salt ?? randomBytes(16).toString('base64url')
      const digests = settingDigests(configuration, salt)
      const change = before && configurationChange(before.digests, digests)
      if (change !== undefined) await record('ConfigurationChanged', { ...change })
      if (change !== undefined || before === undefined) {
        await settings.set(SETTING, JSON.stringify({ salt, digests } satisfies KeptDigests))
      }
      await record('ServerStarted')
    },
    async stopped() {
      await record('ServerStopped')
    },
  }
}

interface KeptDigests {
  readonly salt: string
  readonly digests: SettingDigests
}
