import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createECDH, createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { formatAuthorizedKeysLine } from './authorized-keys-line.ts'
import { sshKeyTypes } from './key-types.ts'
import { formatSshPublicKey, parseSshPublicKey, sshFingerprint } from './public-key.ts'
import { SshKeyRefusal } from './ssh-key-refusal.ts'
import { writeWireStrings } from './wire-strings.ts'

// The oracle: OpenSSH itself. What is taken here, ssh-keygen takes too, and sees the same key in it.

const run = promisify(execFile)
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest()

let folder = ''
/** Text of a .pub file by key type and size. */
const keys = new Map<string, string>()

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetkey-ssh-keygen-'))
  const made = [
    ['ed25519', 256],
    ['ecdsa', 256],
    ['ecdsa', 384],
    ['ecdsa', 521],
    ['rsa', 2048],
    ['rsa', 3072],
  ].map(async ([type, bits]) => {
    const file = join(folder, `${type}-${bits}`)
    await run('ssh-keygen', ['-q', '-t', `${type}`, '-b', `${bits}`, '-N', '', '-f', file])
    keys.set(`${type}-${bits}`, await readFile(`${file}.pub`, 'utf8'))
  })
  await Promise.all(made)
  // Security keys need hardware to make, but their public halves are only bytes (PROTOCOL.u2f).
  const [, ed25519 = ''] = (keys.get('ed25519-256') ?? '').split(' ')
  const point = Uint8Array.fromBase64(ed25519).subarray(-32)
  keys.set('sk-ed25519', securityKey('sk-ssh-ed25519@openssh.com', point))
  const q = createECDH('prime256v1').generateKeys()
  keys.set('sk-ecdsa', securityKey('sk-ecdsa-sha2-nistp256@openssh.com', ascii('nistp256'), q))
})

after(() => rm(folder, { recursive: true }))

const ascii = (text: string) => new TextEncoder().encode(text)

function securityKey(type: string, ...fields: Uint8Array[]): string {
  const blob = writeWireStrings([ascii(type), ...fields, ascii('ssh:')])
  return `${type} ${blob.toBase64()} security key`
}

/** The fingerprints of the lines, in order, as ssh-keygen sees them; it passes over lines in which it sees no key. */
async function fingerprints(lines: readonly string[]): Promise<string[]> {
  const file = join(folder, randomBytes(8).toString('hex'))
  await writeFile(file, lines.map((line) => `${line}\n`).join(''))
  const { stdout } = await run('ssh-keygen', ['-lf', file], { maxBuffer: 1 << 26 })
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
}

describe('against ssh-keygen', () => {
  it('takes every type of the table, with the fingerprint that ssh-keygen prints', async () => {
    const parsed = [...keys.values()].map(parseSshPublicKey)
    assert.deepEqual(new Set(parsed.map((key) => key.type)), new Set(sshKeyTypes))
    assert.deepEqual(
      parsed.map((key) => sshFingerprint(key, sha256)),
      await fingerprints([...keys.values()].map((text) => text.trim())),
    )
  })

  it('gives back the text of the file without its comment', () => {
    for (const text of keys.values()) {
      const [type, blob] = text.split(' ')
      assert.equal(formatSshPublicKey(parseSshPublicKey(text)), `${type} ${blob}`)
    }
  })

  it('writes authorized_keys lines in which ssh-keygen sees that one key', async () => {
    const parsed = [...keys.values()].map(parseSshPublicKey)
    const lines = parsed.flatMap((key) => [
      formatAuthorizedKeysLine(key, { profile: 'login' }),
      formatAuthorizedKeysLine(key, { profile: 'login-with-forwarding', expiresAt: 1_800_000_000 }),
    ])
    assert.deepEqual(
      await fingerprints(lines),
      parsed.flatMap((key) => [sshFingerprint(key, sha256), sshFingerprint(key, sha256)]),
    )
  })

  it('refuses a mutated key, or re-encodes it to one line that ssh-keygen reads the same', async () => {
    const taken: { line: string; fingerprint: string }[] = []
    fc.assert(
      fc.property(mutation([...keys.values()]), (text) => {
        try {
          const key = parseSshPublicKey(text)
          const line = formatSshPublicKey(key)
          assert.match(line, /^[a-z0-9@.-]+ [A-Za-z0-9+/]+=*$/)
          assert.deepEqual(parseSshPublicKey(line), key)
          taken.push({ line, fingerprint: sshFingerprint(key, sha256) })
        } catch (error) {
          assert.ok(error instanceof SshKeyRefusal)
        }
      }),
      { numRuns: 3000 },
    )
    assert.ok(taken.length > 100, 'the mutations must leave some keys that are taken')
    assert.deepEqual(
      taken.map((key) => key.fingerprint),
      await fingerprints(taken.map((key) => key.line)),
    )
  })
})

/** A key text with a character or a byte of the blob changed, put in or taken out, or a piece of another one. */
function mutation(texts: readonly string[]): fc.Arbitrary<string> {
  const text = fc.constantFrom(...texts)
  const character = fc.constantFrom(...' \t\n\r\0"\\=,A/+#@\u2028\x1bssh-rsa'.split(''), 'é')
  const place = fc.double({ min: 0, max: 1, noNaN: true })
  const splice = fc
    .tuple(text, place, fc.nat({ max: 2 }), fc.array(character, { maxLength: 3 }))
    .map(([key, at, removed, added]) => {
      const start = Math.floor(at * key.length)
      return key.slice(0, start) + added.join('') + key.slice(start + removed)
    })
  const blobByte = fc
    .tuple(text, place, fc.nat({ max: 255 }), fc.constantFrom(0, 1))
    .map(([key, at, byte, removed]) => {
      const [type = '', base64 = ''] = key.split(' ')
      const blob = [...Uint8Array.fromBase64(base64)]
      blob.splice(Math.floor(at * blob.length), removed, byte)
      return `${type} ${Uint8Array.from(blob).toBase64()}`
    })
  const joined = fc
    .tuple(text, place, text, place)
    .map(([a, end, b, start]) => a.slice(0, end * a.length) + b.slice(start * b.length))
  return fc.oneof(splice, blobByte, joined)
}
