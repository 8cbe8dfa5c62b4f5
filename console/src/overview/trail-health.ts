import { isNearlyFull, roomText, usedPercent, type DiskRoom } from '@fleetkey/domain/disk-room'
import { counted } from '../ui/counted.ts'

/** An answer of GetTrailStatus, as far as the overview shows it. Times are seconds since 1970. */
export interface TrailStatusAnswer {
  readonly LatestDigestDeliveryError?: string
  readonly Fleetkey: {
    readonly Head: { readonly Seq: number }
    readonly Digest?: {
      readonly Number: number
      readonly EndTime: number
      readonly LastSeq: number
    }
    readonly Destinations: readonly {
      readonly Destination: string
      readonly LatestError?: string
    }[]
    /** Of the control plane. A server of before that tells of none. */
    readonly Disks?: readonly {
      readonly Holds: readonly string[]
      readonly Bytes: number
      readonly FreeBytes: number
    }[]
    readonly Streams?: readonly {
      readonly Name: string
      readonly Behind: number
      readonly LatestError?: string
    }[]
  }
}

/** One line of how the trail does. */
export interface TrailLine {
  readonly label: string
  readonly status: 'success' | 'warning' | 'error' | 'info'
  readonly says: string
  /** Seconds since 1970. */
  readonly at?: number
}

/** Digests are signed every five minutes, also when nothing happened: one that is this late will not come by itself. */
const LATE_SECONDS = 20 * 60

/** @param now seconds since 1970 */
export function trailLines(answer: TrailStatusAnswer, now: number): readonly TrailLine[] {
  const { Head, Digest, Destinations, Streams = [], Disks = [] } = answer.Fleetkey
  const trouble = answer.LatestDigestDeliveryError
  return [
    { label: 'Records', status: 'success', says: Head.Seq.toLocaleString('en') },
    signedLine(Digest, trouble, now),
    ...Destinations.map(({ Destination, LatestError }) =>
      deliveryLine(Destination, LatestError, 'Up to date'),
    ),
    ...Streams.map(({ Name, Behind, LatestError }) =>
      deliveryLine(
        `Stream ${Name}`,
        LatestError,
        Behind === 0 ? 'Up to date' : `${counted(Behind, 'record')} behind`,
      ),
    ),
    ...Disks.map(({ Holds, Bytes, FreeBytes }) => {
      const room = { bytes: Bytes, freeBytes: FreeBytes }
      return {
        label: `Disk of ${Holds.join(' and ')}`,
        status: diskStatus(room),
        says: roomText(room),
      }
    }),
    ...(Destinations.length === 0
      ? [
          {
            label: 'Copies elsewhere',
            status: 'info' as const,
            says: 'None: set trail.export or trail.anchors.',
          },
        ]
      : []),
  ]
}

function diskStatus(room: Pick<DiskRoom, 'bytes' | 'freeBytes'>): TrailLine['status'] {
  if (usedPercent(room) >= 100) return 'error'
  return isNearlyFull(room) ? 'warning' : 'success'
}

function signedLine(
  digest: TrailStatusAnswer['Fleetkey']['Digest'],
  trouble: string | undefined,
  now: number,
): TrailLine {
  const label = 'Last digest'
  if (trouble !== undefined) return { label, status: 'error', says: trouble }
  if (digest === undefined) return { label, status: 'info', says: 'None is signed yet.' }
  const { Number: number, LastSeq, EndTime } = digest
  const says = `Digest ${number}, to record ${LastSeq.toLocaleString('en')}`
  return { label, status: now - EndTime > LATE_SECONDS ? 'warning' : 'success', says, at: EndTime }
}

const deliveryLine = (label: string, error: string | undefined, says: string): TrailLine =>
  error === undefined ? { label, status: 'success', says } : { label, status: 'error', says: error }
