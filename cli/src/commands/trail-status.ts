import { isNearlyFull, roomText, usedPercent, type DiskRoom } from '@fleetkey/domain/disk-room'
import type { Command } from 'commander'
import {
  answersOf,
  asAnswer,
  numberOf,
  optionalTextOf,
  optionalTimeOf,
  textOf,
  textsOf,
  timeOf,
  type Answer,
} from '../api/answer.ts'
import { GET_TRAIL_STATUS } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printable, printableJson, table } from '../output.ts'
import type { Screen } from '../screen.ts'
import { localTime } from '../time.ts'

/** `fleetkey trail status` */
export function statusCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'status', {
    summary: 'How far the trail is signed, exported, anchored and handed on, and what keeps it.',
    examples: ['fleetkey trail status', 'fleetkey trail status --output json'],
  })
  return withListingFlags(command).action(async (flags: ListingFlags) => {
    const answer = await withApi(screen, flags, (api) =>
      api.call(GET_TRAIL_STATUS, { Name: 'main' }),
    )
    if (flags.output === 'json') return screen.out(`${printableJson(answer)}\n`)
    show(screen, answer)
  })
}

function show(screen: Screen, answer: Answer): void {
  const ours = asAnswer(answer['Fleetkey'], 'Fleetkey')
  const head = numberOf(asAnswer(ours['Head'], 'Head'), 'Seq')
  const base = numberOf(asAnswer(ours['Base'], 'Base'), 'Seq')
  screen.out(`records       ${base + 1} to ${head}\n`)
  const digest = ours['Digest'] === undefined ? undefined : asAnswer(ours['Digest'], 'Digest')
  screen.out(
    digest === undefined
      ? 'signed        none yet\n'
      : `signed        to record ${numberOf(digest, 'LastSeq')}, digest ${numberOf(digest, 'Number')}, ${localTime(timeOf(digest, 'EndTime'))}\n`,
  )
  // A server of before that tells of none.
  const disks = ours['Disks'] === undefined ? [] : answersOf(ours, 'Disks').map(diskOf)
  for (const room of disks) screen.out(`disk          ${nameOf(room)}: ${roomText(room)}\n`)
  const destinations = answersOf(ours, 'Destinations')
  if (destinations.length === 0) {
    screen.out('destinations  none: set trail.export and trail.anchors in the configuration\n')
  } else {
    screen.out(
      `\n${table(['DESTINATION', 'HAS DIGEST', 'SINCE', 'TROUBLE'], destinations.map(row))}`,
    )
  }
  // A server of before there were streams tells of none.
  const streams = ours['Streams'] === undefined ? [] : answersOf(ours, 'Streams')
  if (streams.length > 0) {
    screen.out(`\n${table(['STREAM', 'TO', 'BEHIND', 'TROUBLE'], streams.map(streamRow))}`)
  }
  const error = optionalTextOf(answer, 'LatestDigestDeliveryError')
  if (error !== undefined) screen.err(`${screen.paintErr.bad('trouble')} ${printable(error)}\n`)
  for (const room of disks.filter(isNearlyFull)) {
    screen.err(
      `${screen.paintErr.bad('trouble')} the disk of ${nameOf(room)} is ${usedPercent(room)} % full. Make room: once it is full, what cannot be recorded is refused.\n`,
    )
  }
}

const diskOf = (disk: Answer): DiskRoom => ({
  holds: textsOf(disk, 'Holds'),
  bytes: numberOf(disk, 'Bytes'),
  freeBytes: numberOf(disk, 'FreeBytes'),
})

const nameOf = ({ holds }: DiskRoom): string => printable(holds.join(' and '))

function row(destination: Answer): readonly string[] {
  const since = optionalTimeOf(destination, 'LatestDeliveryTime')
  return [
    textOf(destination, 'Destination'),
    String(numberOf(destination, 'DeliveredDigest')),
    since === undefined ? '-' : localTime(since),
    optionalTextOf(destination, 'LatestError') ?? '',
  ]
}

function streamRow(stream: Answer): readonly string[] {
  const behind = numberOf(stream, 'Behind')
  const error = optionalTextOf(stream, 'LatestError')
  const since = optionalTimeOf(stream, 'FailingSince')
  return [
    textOf(stream, 'Name'),
    textOf(stream, 'Receiver'),
    behind === 0 ? '-' : `${behind} records`,
    error === undefined
      ? ''
      : `${error}${since === undefined ? '' : `, since ${localTime(since)}`}`,
  ]
}
