import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Signed } from '@fleetkey/wire/agent/signed'
import { publicKeyText, signStatement } from './ed25519.ts'
import { writeWhole } from './write-whole.ts'

/** Who this agent is: a key pair that was made here and whose private half never leaves the host. */
export interface Identity {
  /** Ed25519 public key, 32 bytes, base64. */
  readonly agentKey: string
  sign(statement: string): Signed
}

export interface NewIdentity extends Identity {
  /** Keeps it, in place of any older one. */
  save(stateDirectory: string): void
}

export function makeIdentity(): NewIdentity {
  const { privateKey } = generateKeyPairSync('ed25519')
  return {
    ...identityOf(privateKey),
    save(stateDirectory) {
      mkdirSync(stateDirectory, { recursive: true, mode: 0o700 })
      chmodSync(stateDirectory, 0o700) // an older directory may be wider
      writeWhole(
        file(stateDirectory),
        privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      )
    },
  }
}

/** Throws when there is none. */
export function loadIdentity(stateDirectory: string): Identity {
  return identityOf(createPrivateKey(readFileSync(file(stateDirectory), 'utf8')))
}

const file = (stateDirectory: string) => join(stateDirectory, 'identity.pem')

function identityOf(privateKey: KeyObject): Identity {
  return {
    agentKey: publicKeyText(privateKey),
    sign: (statement) => signStatement(privateKey, statement),
  }
}
