import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LENGTH = 32

/**
 * The key that seals all other secrets (envelope.ts), 32 bytes. From FLEETKEY_MASTER_KEY (base64) where the operator keeps it elsewhere,
 * else from `master.key` in the data directory, made at first start. Without it the sealed secrets of the database are noise: back
 * it up apart from the database.
 */
export function loadMasterKey(dataDir: string, fromEnvironment: string | undefined): Uint8Array {
  if (fromEnvironment !== undefined) return decode(fromEnvironment, 'FLEETKEY_MASTER_KEY')
  const file = join(dataDir, 'master.key')
  try {
    return readMasterKey(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  // Written whole under another name, then linked: a crash leaves no half key, and of two starters one wins.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(LENGTH).toString('base64')}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return readMasterKey(file)
}

function readMasterKey(file: string): Uint8Array {
  const text = readFileSync(file, 'utf8')
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others than its owner: run "chmod 600 ${file}"`)
  }
  return decode(text.trim(), file)
}

function decode(text: string, source: string): Uint8Array {
  const key = Buffer.from(text, 'base64')
  if (key.length !== LENGTH) throw new Error(`${source} must hold ${LENGTH} bytes in base64`)
  return key
}
