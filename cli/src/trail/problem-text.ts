import type { TrailProblem } from '@fleetkey/wire/trail/problem'
import { Failure } from '../failure.ts'

/** What is wrong with an export, for a person: what, where, what shows it, what to do. */
export function problemFailure(problem: TrailProblem): Failure {
  const { seq, file, says } = problem
  return new Failure('trailBroken', `${sentence(problem)}.`, {
    why: [says],
    todo: [
      `Look at ${file}.`,
      seq > 1
        ? `Everything up to record ${seq - 1} is whole. Compare with another copy, and keep both.`
        : 'Compare with another copy, and keep both.',
    ],
  })
}

function sentence({ kind, seq, file, eventId }: TrailProblem): string {
  const event = eventId === undefined ? '' : ` (event ${eventId})`
  switch (kind) {
    case 'altered':
      return `Record ${seq}${event} was altered`
    case 'missing':
      return `Record ${seq} is missing`
    case 'inserted':
      return `A record${event} that is not of the trail stands where record ${seq} belongs`
    case 'file altered':
      return `The log file of record ${seq} was altered, but no record of it`
    case 'file missing':
      return `The log file that begins with record ${seq} is missing or cannot be read`
    case 'digest altered':
      return `The digest from record ${seq} on was altered, or is signed by another key`
    case 'digest unsigned':
      return `The digest from record ${seq} on has no signature`
    case 'digest moved':
      return `The digest in the place of record ${seq} belongs elsewhere`
    case 'digest missing':
      return `The digest from record ${seq} on is missing`
    case 'begins late':
      return `The records from ${seq} on are not here: the export begins later`
    case 'forked':
      return `From record ${seq} on there are two trails`
    case 'stray':
      return `A file is here that is not of the trail: ${file}`
    case 'cut off':
      return `The export is cut off: record ${seq} and what follows is missing`
    case 'rolled back':
      return `From record ${seq} on this is another trail than the anchor knows: it was rolled back`
  }
}
