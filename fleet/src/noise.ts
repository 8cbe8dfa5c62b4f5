import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { mustRun } from './run-program.ts'

/**
 * Writes a file of bytes that no error could repeat or reorder unseen, the same at every run, as fast as the machine encrypts.
 * @param size in bytes
 * @returns its SHA-256, in hex
 */
export async function writeNoise(file: string, size: number): Promise<string> {
  const zeros = `${file}.zeros`
  await writeFile(zeros, '')
  await mustRun(['truncate', '-s', String(size), zeros])
  const key = createHash('sha256').update(String(size)).digest('hex').slice(0, 32)
  const cipher = ['-aes-128-ctr', '-nosalt', '-K', key, '-iv', key]
  await mustRun(['openssl', 'enc', ...cipher, '-in', zeros, '-out', file], { timeoutMs: 60_000 })
  return hashFile(file)
}

/** SHA-256, in hex. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash)
  return hash.digest('hex')
}
