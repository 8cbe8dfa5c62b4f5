import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fleetkey } from '@fleetkey/fleet/fleetkey'
import { givenExport } from '@fleetkey/wire/trail/given-export'
import { spreadOf, type Figure } from './figure.ts'
import type { Question, Run } from './question.ts'

const RECORDS_IN_LOG = 1000
const LOGS_IN_DIGEST = 5

/** How many records of an export `fleetkey trail verify` proves in a second, its start and reading the files included. */
export const trailVerify: Question = { name: 'trail-verify', ask }

async function ask(run: Run): Promise<readonly Figure[]> {
  const digests = run.quick ? 2 : 20
  const records = digests * LOGS_IN_DIGEST * RECORDS_IN_LOG
  const { folder, key } = await writeExport(run, digests)
  const rates: number[] = []
  for (let round = 0; round < (run.quick ? 1 : 5); round++) {
    const begun = performance.now()
    const { code, stderr } = await fleetkey(['trail', 'verify', folder, '--public-key', key], {
      timeoutMs: 120_000,
    })
    if (code !== 0) throw new Error(`trail verify: exit ${code}\n${stderr}`)
    rates.push(records / ((performance.now() - begun) / 1000))
  }
  const spread = spreadOf(rates)
  const what = `records proven in a second, of ${records} in an export`
  return [{ what, value: spread.median, unit: '/s', spread }]
}

async function writeExport(run: Run, digests: number) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const shape = Array.from({ length: digests }, () =>
    Array.from({ length: LOGS_IN_DIGEST }, () => RECORDS_IN_LOG),
  )
  const { files } = givenExport(shape, {
    sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
    sign: (text) => sign('sha256', Buffer.from(text), privateKey).toString('hex'),
  })
  const folder = join(run.dir, 'export')
  for (const [name, content] of files) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, name.endsWith('.gz') ? gzipSync(content, { level: 1 }) : content)
  }
  const key = join(run.dir, 'key.pem')
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }))
  return { folder, key }
}
