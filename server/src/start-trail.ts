import { hostname } from 'node:os'
import type { Realm } from '@fleetkey/domain/realm'
import type { Logger } from 'pino'
import type { ServerConfig } from './config.ts'
import { sealedSetting } from './deployment.ts'
import { createDigestKey } from './secrets/digest-key.ts'
import { digests } from './secrets/digests.ts'
import type { Envelope } from './secrets/envelope.ts'
import type { Store } from './store/store.ts'
import { bucketOf, destinationsOf } from './trail/export/destinations.ts'
import { createGrantNews } from './trail/grant-news.ts'
import { createLateRecords } from './trail/late-records.ts'
import { startProof } from './trail/proof.ts'
import { createHostTrail } from './trail/host-trail.ts'
import { startLinkRecorder } from './trail/record-links.ts'
import { createServerRecorder } from './trail/record-server.ts'
import { startTrailStreams } from './trail/streams/trail-streams.ts'
import { createTrail } from './trail/trail.ts'
import { VERSION } from './version.ts'

/**
 * The trail with all that goes on beside requests: what was late is written, links and the server itself are recorded, digests are signed
 * and brought elsewhere, streams run. Part of the composition root.
 */
export async function startTrail(
  store: Store,
  parts: {
    readonly config: ServerConfig
    readonly realm: Realm
    readonly envelope: Envelope
    /** See createDigestKey. */
    readonly newDigestKey: (() => Promise<string>) | undefined
    readonly now: () => number
    readonly log: Logger
  },
) {
  const { config, realm, envelope, newDigestKey, now, log } = parts
  const late = createLateRecords({ trail: store.trail, log })
  const { trail, news: grantNews } = createGrantNews(createTrail(store, realm, { now, late }))
  const { instances } = store
  const hostTrail = createHostTrail({ trail, instances })
  const links = startLinkRecorder({ trail: hostTrail, instances, now, log })
  const recorder = createServerRecorder(trail, { settings: store.settings, version: VERSION })
  const unrecorded = (what: string) => (error: unknown) =>
    log.error({ error: String(error) }, `that it ${what} was not recorded`)
  await recorder.started(config).catch(unrecorded('started'))
  const digestKey = createDigestKey({
    keep: (name, make) => sealedSetting(store, envelope, name, make),
    now,
    newKey: newDigestKey,
  })
  const proof = startProof({
    store,
    signer: digestKey,
    place: {
      accountId: realm.accountId,
      region: realm.region,
      trailName: 'main',
      ...bucketOf(config.trail),
    },
    destinations: destinationsOf(config.trail, { digests, now, environment: process.env }),
    everyMs: config.trail.digestSeconds * 1000,
    keptDays: config.trail.retention?.days,
    now,
    log,
  })
  const streams = startTrailStreams(config.trail.streams, { store, hostname: hostname(), now, log })
  return {
    trail,
    grantNews,
    unrecorded: () => late.count,
    links,
    proof: { ...proof, publicKey: () => digestKey.publicKey() },
    streams,
    /** After everything that records. What happens until then is signed, too. */
    async stop() {
      await links.stop()
      await recorder.stopped().catch(unrecorded('stopped'))
      await late.stop()
      await streams.stop()
      await proof.stop()
    },
  }
}
