import { generateKeyPairSync } from 'node:crypto'
import { writeWireStrings } from '@fleetkey/wire/ssh/wire-strings'

/** The line of a public key whose private half is nowhere. */
export function throwAwayKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const blob = writeWireStrings([Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')])
  return `ssh-ed25519 ${Buffer.from(blob).toString('base64')}`
}
