import type { HostRecorder } from './host-recorder.ts'
import type { Attempt } from './push-history.ts'
import type { TrailFile } from './trail-file.ts'
import type { Violations } from './violations.ts'

/** What a host's witness says of it. */
export type WatchedHost = Pick<HostRecorder, 'instanceId' | 'installs'>

/** The trail, the hosts that were watched, and where to put what does not fit. */
export interface Witnesses {
  readonly trail: TrailFile
  readonly hosts: readonly WatchedHost[]
  readonly violations: Violations
}

/** A Success that a client read has its intent and its outcome on the disk, and its install on the host. */
export function checkSuccess(
  { push, answer }: Attempt,
  { trail, hosts, violations }: Witnesses,
): void {
  if (answer.kind !== 'success') return
  const { requestId } = answer
  const { instanceId, osUser, fingerprint } = push
  const records = trail.byRequest.get(requestId)
  const evidence = { requestId, instanceId, osUser, fingerprint, records }
  if (records?.outcome === undefined) {
    const missing = records === undefined ? 'intent' : 'outcome'
    violations.add('I1', `a Success without a durable ${missing}`, evidence)
    return
  }
  const { intent, outcome } = records
  const isOurs = [intent, outcome].every(
    (record) =>
      record.instanceId === instanceId &&
      record.osUser === osUser &&
      record.fingerprint === fingerprint,
  )
  if (!isOurs || outcome.errorCode !== undefined || outcome.answeredRequestId !== requestId) {
    violations.add('I1', 'a Success that the trail tells otherwise', evidence)
  }
  const host = hosts.find((each) => each.instanceId === instanceId)
  if (host?.installs.get(requestId)?.fingerprint !== fingerprint) {
    violations.add('I5', 'a Success that no agent installed', evidence)
  }
}
