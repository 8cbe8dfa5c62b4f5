import type { ShownGrant, ShownStep } from './grant.ts'

const WORDS: Readonly<Record<string, string>> = {
  pushed: 'The push is on record.',
  'not-delivered': 'The push was refused.',
  delivered: 'The key is usable on the host.',
  offered: 'sshd was asked for the key.',
  refused: 'sshd refused a login.',
  accepted: 'The key logged in.',
  ended: 'The session ended.',
  expired: "The key's time is over.",
}

/** A step as a sentence. Text from the host is not yet made printable. */
export function stepText({ kind, says, sourceAddress }: ShownStep): string {
  const words = says ?? WORDS[kind] ?? kind
  return sourceAddress === undefined ? words : `${words} (from ${sourceAddress})`
}

/** Why a login was refused and what to do, as lines for the person; empty when nobody knows. Not yet made printable. */
export function reasonLines({ grantId, cause, says, mend }: ShownGrant): readonly string[] {
  if (cause === undefined || says === undefined) return []
  return [
    `The host says why: ${says}`,
    ...(mend === undefined ? [] : [`  do  ${mend}`]),
    `  The whole story: fleetkey grants show ${grantId}`,
  ]
}
