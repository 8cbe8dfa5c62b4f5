import { cloudTrailArn } from '@fleetkey/domain/arn'
import type { DiskRoom } from '@fleetkey/domain/disk-room'
import { trailNotFound } from '@fleetkey/domain/exceptions/trail'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import type { DeliveryStatus } from '../../trail/export/courier.ts'
import type { StreamStatus } from '../../trail/streams/run-stream.ts'
import { operation } from '../operation.ts'

/** CloudTrail API reference, "GetTrailStatus", and in `Fleetkey` what it has no member for. */
export const getTrailStatus = operation<{ name: string }>({
  name: 'GetTrailStatus',
  service: 'cloudtrail',
  action: 'cloudtrail:GetTrailStatus',
  access: 'read',
  parse(fields) {
    const v = validate(fields)
    const name = v.requiredString('Name', { min: 1, max: 256 })
    v.finish(validationFailure)
    return { name }
  },
  resources: (_input, { realm }) => [{ arn: cloudTrailArn(realm) }],
  trail: ({ name }) => ({ requestParameters: { name } }),
  async run({ name }, { realm, proof, store, trailStreams, disks }) {
    if (name !== 'main' && name !== cloudTrailArn(realm)) throw trailNotFound(name)
    const [{ digest, error, base, deliveries }, head, streams, rooms] = await Promise.all([
      proof.status(),
      store.trail.head(),
      trailStreams.status(),
      disks(),
    ])
    const exports = deliveries.filter(({ kind }) => kind === 'export')
    const deliveredAt = Math.max(...exports.map((one) => one.deliveredAt ?? 0))
    const failure = exports.find((one) => one.error !== undefined)?.error
    const latest = deliveredAt > 0 ? new Date(deliveredAt) : undefined
    return {
      IsLogging: true,
      LatestDeliveryTime: latest,
      LatestDeliveryError: failure,
      LatestDigestDeliveryTime: latest,
      LatestDigestDeliveryError: error ?? failure,
      Fleetkey: {
        Head: { Seq: head.seq, Hash: head.hash },
        Base: { Seq: base.seq, Hash: base.hash },
        Digest: digest && {
          Number: digest.number,
          EndTime: new Date(digest.endTime),
          LastSeq: digest.lastSeq,
          Object: digest.object,
        },
        Destinations: deliveries.map(shown),
        Streams: streams.map(shownStream),
        Disks: rooms.map(shownDisk),
      },
    }
  },
})

function shown({ destination, kind, delivered, deliveredAt, error }: DeliveryStatus) {
  return {
    Destination: destination,
    Kind: kind,
    DeliveredDigest: delivered,
    LatestDeliveryTime: deliveredAt === undefined ? undefined : new Date(deliveredAt),
    LatestError: error,
  }
}

function shownStream({ name, receiver, seq, behind, failure, failingSince }: StreamStatus) {
  return {
    Name: name,
    Receiver: receiver,
    TakenSeq: seq,
    Behind: behind,
    LatestError: failure,
    FailingSince: failingSince === undefined ? undefined : new Date(failingSince),
  }
}

const shownDisk = ({ holds, bytes, freeBytes }: DiskRoom) => ({
  Holds: holds,
  Bytes: bytes,
  FreeBytes: freeBytes,
})
