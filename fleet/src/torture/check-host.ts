import type { WatchedHost } from './check-success.ts'
import type { InstallRecord } from './host-recorder.ts'
import { parseKeyName } from './key-file.ts'
import type { TrailFile } from './trail-file.ts'
import type { Violations } from './violations.ts'

/** Each key file and each install of a host has an intent for exactly this instance, osUser and key. */
export function checkHost(
  { instanceId }: WatchedHost,
  evidence: {
    readonly names: Iterable<string>
    readonly installs: Iterable<readonly [string, InstallRecord]>
  },
  { trail, violations }: { readonly trail: TrailFile; readonly violations: Violations },
): void {
  for (const name of evidence.names) {
    const key = parseKeyName(name)
    const intent = trail.byFingerprint.get(key?.fingerprint ?? '')?.intent
    if (intent?.instanceId === instanceId && intent.osUser === key?.osUser) continue
    violations.add('I5', 'a key without an intent', { instanceId, name, intent })
  }
  for (const [requestId, install] of evidence.installs) {
    const intent = trail.byRequest.get(requestId)?.intent
    const isMeant =
      intent?.instanceId === instanceId &&
      intent.osUser === install.osUser &&
      intent.fingerprint === install.fingerprint
    if (isMeant) continue
    violations.add('I5', 'an install without an intent', { instanceId, requestId, install })
  }
}
