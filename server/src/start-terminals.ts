import { join } from 'node:path'
import type { Realm } from '@fleetkey/domain/realm'
import type { Logger } from 'pino'
import type { Presence } from './agents/presence.ts'
import { recordingsFolder, type ServerConfig } from './config.ts'
import type { FleetNews } from './live/fleet-news.ts'
import { tellingTerminalRecords } from './live/telling-terminals.ts'
import { recordingBucket } from './recordings/bucket.ts'
import { recordingDirectory } from './recordings/directory.ts'
import { createRecordings } from './recordings/recordings.ts'
import { placeOf } from './s3/s3-config.ts'
import { digests } from './secrets/digests.ts'
import type { Envelope } from './secrets/envelope.ts'
import type { Store } from './store/store.ts'
import { directAddressOf } from './terminals/direct-address.ts'
import { HostWorkers } from './terminals/host-workers.ts'
import type { TerminalRecorder } from './terminals/recorder.ts'
import { createReturningAgents } from './terminals/returning-agents.ts'
import { Terminals } from './terminals/terminals.ts'
import { createWhyEnded } from './terminals/why-ended.ts'
import { createRecordingRecorder } from './trail/record-recordings.ts'
import { createTerminalRecords } from './trail/record-terminals.ts'
import type { Trail } from './trail/trail.ts'

/** Terminals in the browser, and what is recorded of them. */
export function startTerminals(parts: {
  readonly config: ServerConfig
  /** In place of the recordings: for tests. */
  readonly terminalRecorder: TerminalRecorder | undefined
  readonly recordingsEveryMs: number | undefined
  readonly store: Store
  readonly trail: Trail
  readonly realm: Realm
  readonly envelope: Envelope
  readonly presence: Presence
  readonly news: FleetNews
  /** An address that hosts see this control plane come from. */
  readonly addressSeen: (address: string) => void
  readonly now: () => number
  readonly elapsed: () => number
  readonly log: Logger
}) {
  const { config, terminalRecorder, recordingsEveryMs, store, trail, realm, envelope } = parts
  const { presence, news, addressSeen, now, elapsed, log } = parts
  const recordings = createRecordings({
    config: config.recordings,
    directory: recordingDirectory(recordingsFolder(config)),
    bucket:
      config.recordings.s3 &&
      recordingBucket(placeOf(config.recordings.s3, process.env), { digests, now }),
    recordings: store.recordings,
    recorder: createRecordingRecorder(trail, { realm, instances: store.instances }),
    envelope,
    now,
    elapsed,
    log,
    everyMs: recordingsEveryMs,
  })
  const terminals = new Terminals({
    workers: new HostWorkers({
      most: config.terminals.maxHosts,
      compiled: join(config.dataDir, 'compiled'),
      log,
    }),
    agents: createReturningAgents({ presence, elapsed }),
    instances: store.instances,
    way: {
      directAddress: (instance) =>
        config.tunnels.direct ? directAddressOf(instance, presence) : undefined,
      endpoints: store.endpoints,
      seen: addressSeen,
    },
    records: tellingTerminalRecords(createTerminalRecords(trail, realm), news),
    recorder: terminalRecorder ?? recordings,
    explain: createWhyEnded({ store, now }),
    limits: {
      perServer: config.terminals.maxPerServer,
      perPerson: config.terminals.maxPerPerson,
      perInstance: config.terminals.maxPerInstance,
    },
    times: {
      graceMs: config.terminals.graceSeconds * 1000,
      idleMs: config.terminals.idleSeconds === 0 ? Infinity : config.terminals.idleSeconds * 1000,
      maxMs: config.terminals.maxSeconds * 1000,
    },
    now,
    elapsed,
    log,
  })
  return { recordings, terminals }
}
