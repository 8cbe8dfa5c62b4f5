import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printable, printableJson } from '../output.ts'
import type { Screen } from '../screen.ts'
import { digestPublicKeys } from '../trail/digest-public-key.ts'

/** `fleetkey trail key` */
export function keyCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'key', {
    summary:
      'Print the public key that verifies digests of the trail. Keep it away from the server.',
    examples: ['fleetkey trail key > trail-key.pem', 'fleetkey trail key --output json'],
  })
  return withListingFlags(command).action(async (flags: ListingFlags) => {
    const keys = await withApi(screen, flags, digestPublicKeys)
    if (flags.output === 'json') return screen.out(`${printableJson(keys)}\n`)
    for (const { pem, fingerprint } of keys) {
      screen.err(screen.paintErr.faint(`fingerprint ${printable(fingerprint)}\n`))
      screen.out(pem)
    }
  })
}
