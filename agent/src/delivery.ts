import type { DeliveryKind } from '@fleetkey/domain/host-facts'
import type { OptionProfile } from '@fleetkey/domain/option-profile'
import type { ManagedSigners } from '@fleetkey/wire/agent/managed-signers-statement'
import type { ManagedSignature } from '@fleetkey/wire/agent/server-messages'
import type { SshPublicKey } from '@fleetkey/wire/ssh/public-key'

/** A key that may log in on this host until its deadline. What a verified grant becomes. */
export interface LiveKey {
  readonly grantId: string
  readonly osUser: string
  readonly uid: number
  readonly key: SshPublicKey
  /** `SHA256:…` */
  readonly fingerprint: string
  readonly optionProfile: OptionProfile
  /** The boot that the deadline counts in, from /proc/sys/kernel/random/boot_id. */
  readonly bootId: string
  /** Hundredths of a second since that boot, as /proc/uptime counts. */
  readonly deadline: number
  /** Seconds since 1970 by this host's wall clock: the second lock, `expiry-time` for sshd. */
  readonly expiryTime: number
  /** Where the delivery serves managed keys. */
  readonly managed?: ManagedKeyOnHost
}

/** The grant as a managed key: what Amazon's host package reads, and by whom it is signed. */
export interface ManagedKeyOnHost extends ManagedSignature {
  /** See managedKeyText: made here, of the grant. */
  readonly text: string
}

/**
 * How live keys reach sshd. One implementation per kind. Once `install` has resolved, sshd accepts the key; once `remove` has, it
 * does not. Throws DeliveryFailed when the host will not have it so; then nothing is left behind.
 */
export interface Delivery {
  readonly kind: DeliveryKind
  install(key: LiveKey): Promise<void>
  /** Removing what is not there is no error. */
  remove(key: LiveKey): Promise<void>
  /** Removes every key that any earlier run of the agent left. Called at start, before the link opens. */
  clear(): Promise<void>
  /** What would stop a login although grants arrive, in words for a person; empty when healthy. */
  problems(): Promise<readonly string[]>
  /** Present where keys are served as managed keys, which need signatures: takes what the server told of their signers. */
  takeSigners?(signers: ManagedSigners): void
  /** Ends what the delivery runs. Called last. */
  close?(): Promise<void>
}

/** `message` is for the person who pushed: what on the host is wrong and how to mend it. */
export class DeliveryFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DeliveryFailed'
  }
}
