import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import {
  formatSshPublicKey,
  parseSshKeyBlob,
  parseSshPublicKey,
  sshFingerprint,
} from './public-key.ts'
import { SshKeyRefusal, type SshKeyRefusalReason } from './ssh-key-refusal.ts'
import { writeWireStrings } from './wire-strings.ts'

// The key and fingerprint of RFC 8032 §7.1 test 1, as ssh-keygen prints them.
const point = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea'
const blob = ed25519.slice('ssh-ed25519 '.length)

const bytes = (hex: string) => Uint8Array.fromHex(hex)
const ascii = (text: string) => new TextEncoder().encode(text)
const line = (type: string, ...fields: Uint8Array[]) =>
  `${type} ${writeWireStrings([ascii(type), ...fields]).toBase64()}`
const mpint = (number: bigint) => {
  const hex = number.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return bytes(Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even)
}
const rsa = (n: bigint, e = 65537n) => line('ssh-rsa', mpint(e), mpint(n))
const littleEndian = (y: bigint, sign = 0n) =>
  bytes((y | (sign << 255n)).toString(16).padStart(64, '0')).toReversed()

/** Odd, of this length, without small factors: what these checks ask of a modulus (nobody can ask whether it is n = p·q). */
const modulus = (bits: number, offset = 0x123456789abcdefn) => {
  const start = (3n << BigInt(bits - 2)) + offset
  for (let n = start | 1n; ; n += 2n) {
    if (smallPrimes.every((prime) => n % prime !== 0n)) return n
  }
}
const smallPrimes = Array.from({ length: 2000 }, (_, i) => i)
  .filter((n) => n > 1 && Array.from({ length: n - 2 }, (_, i) => i + 2).every((d) => n % d !== 0))
  .map(BigInt)

const p256 = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  x: '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
  y: '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
}
const generator = bytes(`04${p256.x}${p256.y}`)
const ecdsa = (q: Uint8Array, curve = 'nistp256') => line('ecdsa-sha2-nistp256', ascii(curve), q)
const skEd25519 = (application: Uint8Array, q = bytes(point)) =>
  line('sk-ssh-ed25519@openssh.com', q, application)

const refusal = (text: string) => {
  try {
    parseSshPublicKey(text)
  } catch (error) {
    assert.ok(error instanceof SshKeyRefusal)
    return error
  }
  return assert.fail('the key was taken')
}

const refuses = (harm: string, reason: SshKeyRefusalReason, ...texts: string[]) =>
  it(`refuses ${harm}`, () => {
    for (const text of texts) assert.equal(refusal(text).reason, reason)
  })

describe('parseSshPublicKey', () => {
  it('reads what the .pub file of a key holds', () => {
    assert.equal(formatSshPublicKey(parseSshPublicKey(`${ed25519} ada@example.org\n`)), ed25519)
  })

  it('drops comment, line end and blanks around, also of a file from Windows', () => {
    const spellings = [
      ed25519,
      `${ed25519}\n`,
      `${ed25519}\r\n`,
      `  ${ed25519}\t`,
      `ssh-ed25519\t ${blob}  a comment  \r\n`,
      `${ed25519} Jürgens Schlüssel "x" \\ # ; $(id)`,
      `${ed25519} my old ssh-rsa key`,
    ]
    for (const text of spellings) assert.equal(formatSshPublicKey(parseSshPublicKey(text)), ed25519)
  })

  it('takes an RSA key of 2048 and of 8192 bits, and the exponents that ssh-keygen has made', () => {
    for (const text of [
      rsa(modulus(2048)),
      rsa(modulus(8192)),
      ...[3n, 35n, 37n, (1n << 33n) - 1n].map((e) => rsa(modulus(2048), e)),
    ]) {
      assert.equal(formatSshPublicKey(parseSshPublicKey(text)), text)
    }
  })

  it('takes the keys of a security key with any printable application', () => {
    for (const application of ['ssh:', 'ssh:work laptop', 'x'.repeat(256)]) {
      const text = skEd25519(ascii(application))
      assert.equal(formatSshPublicKey(parseSshPublicKey(text)), text)
    }
  })

  describe('the text', () => {
    refuses('nothing', 'empty', '', '\n', '\r\n', ' \t ')
    refuses(
      'a text of any length (would be work without end)',
      'too-long',
      `${ed25519} ${'x'.repeat(16_384)}`,
      ' '.repeat(16_385),
    )
    refuses(
      'a newline (would add a second authorized_keys line)',
      'line-break',
      `${ed25519} x\ncommand="id" *`,
      `${ed25519}\n\n`,
      `${ed25519}\r`,
      `\n${ed25519}`,
      `${ed25519.slice(0, 30)}\n${ed25519.slice(30)}`,
    )
    refuses(
      'several keys (which one was allowed?)',
      'several-keys',
      `${ed25519}\n${ed25519}`,
      `${ed25519}\r${ed25519}`,
      `${ed25519} comment\r\n${rsa(modulus(2048))}\r\n`,
      `${ed25519} ${ed25519}`,
      `${ed25519} ada ssh-dss AAAAB3NzaC1kc3M=`,
    )
    refuses(
      'invisible characters (other programs might see another line)',
      'control-character',
      ...['\0', '\v', '\f', '\x1b[2J', '\x7f', '\x85', '\u2028', '\u2029', '\u202e', '\ud800'].map(
        (character) => `${ed25519} x${character}y`,
      ),
      `\ufeff${ed25519}`,
      `ssh-ed25519\0 ${blob}`,
    )
    refuses(
      'options before the key (would choose their own restrictions)',
      'options',
      `command="id" ${ed25519}`,
      `command="a b \\" c" ${ed25519}`,
      `no-pty,from="*" ${ed25519}`,
      `restrict ${ed25519}`,
      `* ${ed25519}`,
      `environment="LD_PRELOAD=/tmp/x" ${ed25519}`,
    )
    refuses('a CA line (would let every certificate in)', 'options', `cert-authority ${ed25519}`)
    refuses(
      'certificates (their principals and dates are not ours)',
      'certificate',
      ...['ssh-ed25519', 'ssh-rsa', 'ssh-dss', 'ecdsa-sha2-nistp256', 'sk-ssh-ed25519'].map(
        (type) => `${type}-cert-v01@openssh.com ${blob}`,
      ),
      'ssh-rsa-cert-v00@openssh.com AAAA',
    )
    refuses('DSA', 'dsa', 'ssh-dss AAAAB3NzaC1kc3MAAACBAP== ada')
    refuses(
      'types that are not in the table',
      'unknown-type',
      `ssh-ed448 ${blob}`,
      `SSH-ED25519 ${blob}`,
      `rsa-sha2-512 ${blob}`,
      `ssh-xmss@openssh.com ${blob}`,
      `constructor ${blob}`,
      `__proto__ ${blob}`,
      `#ssh-ed25519 ${blob}`,
      blob,
      '2048 65537 2519890840',
      'SHA256:jZ4hfWuQ8hTZFpYsFfzc6CDLGzbCGGvNC0oTEKXnV1M',
      'file://key.pub',
      '{"kty":"OKP"}',
    )
    refuses('a type alone', 'missing-key', 'ssh-ed25519', 'ssh-rsa \n')
  })

  describe('other files', () => {
    const secret = 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v_VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g'
    const privateKeys = [
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END OPENSSH PRIVATE KEY-----\n`,
      `-----BEGIN RSA PRIVATE KEY-----\n${secret}`,
      `-----BEGIN EC PRIVATE KEY----- ${secret}`,
      `-----BEGIN PRIVATE KEY-----\\n${secret}`,
      `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${secret}`,
      `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n${secret}`,
      `\ufeff \r\n-----BEGIN DSA PRIVATE KEY-----\r\n${secret}`,
      `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n${secret}`,
      `SSH PRIVATE KEY FILE FORMAT 1.1\n\0${secret}`,
      `b3BlbnNzaC1rZXktdjEAAAAA${secret}`,
      `${ed25519}\n-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}`,
      `ssh-ed25519 -----BEGIN PRIVATE KEY-----${secret}`,
    ]
    refuses('a pasted private key (must be replaced)', 'private-key', ...privateKeys)

    it('never gives a part of the text back (a message ends in logs and the trail)', () => {
      for (const text of [...privateKeys, `${secret} x`, `ssh-ed25519 ${secret}`, secret]) {
        const { message, stack } = refusal(text)
        for (let at = 0; at + 8 <= secret.length; at += 4) {
          assert.ok(!`${message}${stack}`.includes(secret.slice(at, at + 8)))
        }
      }
    })

    refuses(
      'an SSH2 key, and says how to convert it',
      'ssh2-format',
      `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "x"\n${blob}\n---- END SSH2 PUBLIC KEY ----\n`,
    )
    refuses(
      'a PEM key, and says how to convert it',
      'pem-format',
      `-----BEGIN PUBLIC KEY-----\n${blob}\n-----END PUBLIC KEY-----\n`,
      `-----BEGIN RSA PUBLIC KEY-----\n${blob}\n`,
    )
    refuses('other PEM files', 'other-format', `-----BEGIN CERTIFICATE-----\n${blob}\n`)

    it('names the command that converts', () => {
      assert.match(refusal('---- BEGIN SSH2 PUBLIC KEY ----').message, /ssh-keygen -i -f KEY/)
      assert.match(refusal('-----BEGIN PUBLIC KEY-----').message, /ssh-keygen -i -m PKCS8 -f KEY/)
    })
  })

  describe('the blob', () => {
    refuses(
      'base64 in another spelling (one key would have several texts)',
      'base64',
      `ssh-ed25519 ${blob.slice(0, -1)}`,
      `ssh-ed25519 ${blob}=`,
      `ssh-ed25519 ${blob}====`,
      `ssh-ed25519 ${blob.slice(0, 20)}*${blob.slice(21)}`,
      `ssh-ed25519 ${blob.replace('+', '-')}`,
      `ssh-ed25519 ${blob.slice(0, 20)}=${blob.slice(21)}`,
      'ssh-ed25519 AB==',
    )
    refuses(
      'a blob that ends early or names a length beyond its end (would read past it)',
      'truncated',
      'ssh-ed25519 AAAA',
      `ssh-ed25519 ${blob.slice(0, -4)}`,
      `ssh-ed25519 ${bytes('ffffffff73').toBase64()}`,
      line('ssh-ed25519'),
      line('ssh-rsa', mpint(65537n)),
      line('sk-ssh-ed25519@openssh.com', bytes(point)),
    )
    refuses(
      'bytes after the key (one key would have several fingerprints)',
      'trailing-bytes',
      line('ssh-ed25519', bytes(point), new Uint8Array(0)),
      `ssh-ed25519 ${new Uint8Array([...Uint8Array.fromBase64(blob), 0]).toBase64()}`,
    )
    refuses(
      'a type that the blob does not say too (would be checked as one and used as another)',
      'type-mismatch',
      `ssh-rsa ${blob}`,
      `sk-ssh-ed25519@openssh.com ${blob}`,
      `ssh-ed25519 ${line('ssh-ed25519-cert-v01@openssh.com', bytes(point)).split(' ')[1]}`,
      `ssh-ed25519 ${writeWireStrings([bytes(point)]).toBase64()}`,
      `ssh-ed25519 ${writeWireStrings([ascii('ssh-ed25519\0'), bytes(point)]).toBase64()}`,
    )
  })

  describe('ed25519', () => {
    const p = (1n << 255n) - 19n
    const orderEight = 2707385501144840649318225287225658788936804267575313519463743609750303402022n
    refuses(
      'a key of another length',
      'ed25519-length',
      line('ssh-ed25519', bytes(point.slice(2))),
      line('ssh-ed25519', bytes(`${point}00`)),
      line('ssh-ed25519', new Uint8Array(0)),
    )
    refuses(
      'the points of low order (anybody could log in)',
      'ed25519-low-order',
      ...[0n, 1n, p - 1n, orderEight, p - orderEight].flatMap((y) =>
        [0n, 1n].map((sign) => line('ssh-ed25519', littleEndian(y, sign))),
      ),
      skEd25519(ascii('ssh:'), littleEndian(1n)),
    )
    refuses(
      'coordinates beyond the field (a second spelling of the same point)',
      'ed25519-point',
      ...[p, p + 1n, p + 3n, (1n << 255n) - 1n].map((y) => line('ssh-ed25519', littleEndian(y))),
      line('ssh-ed25519', bytes('ff'.repeat(32))),
    )
    refuses(
      'a y that no point of the curve has',
      'ed25519-point',
      line('ssh-ed25519', littleEndian(2n)),
      line('ssh-ed25519', littleEndian(7n)),
    )
  })

  describe('ecdsa', () => {
    refuses(
      'a point that is not on the curve (would leak or accept what it should not)',
      'ec-point',
      ecdsa(bytes(`04${p256.x}${p256.y.slice(0, -1)}4`)),
      ecdsa(bytes(`04${p256.y}${p256.x}`)),
      ecdsa(bytes(`04${'00'.repeat(64)}`)),
      ecdsa(bytes(`04${'ff'.repeat(64)}`)),
    )
    refuses(
      'a coordinate beyond the field',
      'ec-point',
      ecdsa(bytes(`04${p256.p.toString(16)}${p256.y}`)),
      // x = 5 is on the curve; this is 5 + p.
      ecdsa(
        bytes(
          `04${(p256.p + 5n).toString(16)}459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc`,
        ),
      ),
    )
    refuses(
      'the small coordinates that OpenSSH refuses',
      'ec-point',
      // x = 0 is on the curve, with y² = b
      ecdsa(
        bytes(
          `04${'00'.repeat(32)}66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4`,
        ),
      ),
    )
    refuses(
      'infinity, compressed and hybrid points, and those of another length',
      'ec-point-form',
      ecdsa(bytes('00')),
      ecdsa(new Uint8Array(0)),
      ecdsa(bytes(`03${p256.x}`)),
      ecdsa(bytes(`07${p256.x}${p256.y}`)),
      ecdsa(bytes(`04${p256.x}${p256.y}00`)),
      line('ecdsa-sha2-nistp384', ascii('nistp384'), generator),
    )
    refuses(
      'another curve than the type says',
      'ec-curve-name',
      ecdsa(generator, 'nistp384'),
      ecdsa(generator, 'nistp256\0'),
      ecdsa(generator, ''),
    )
  })

  describe('rsa', () => {
    const n = modulus(2048)
    refuses(
      'short keys (can be factored)',
      'rsa-short',
      ...[512, 1024, 2047].map((b) => rsa(modulus(b))),
    )
    refuses('n = 0', 'rsa-short', line('ssh-rsa', mpint(65537n), new Uint8Array(0)))
    refuses(
      'keys over 8192 bits (would cost sshd seconds)',
      'rsa-long',
      rsa((1n << 8192n) + 1n),
      rsa((1n << 16_384n) + 1n),
    )
    refuses(
      'exponents that are even, 1, 0 or huge',
      'rsa-exponent',
      ...[1n, 2n, 65536n, (1n << 33n) + 1n, (1n << 64n) + 1n].map((e) => rsa(n, e)),
      line('ssh-rsa', new Uint8Array(0), mpint(n)),
    )
    refuses(
      'numbers with leading zeros or a sign (one key would have several fingerprints)',
      'rsa-number',
      line('ssh-rsa', bytes('00010001'), mpint(n)),
      line('ssh-rsa', bytes('00'), mpint(n)),
      line('ssh-rsa', mpint(65537n), bytes(`00${mpint(n).toHex()}`)),
      line('ssh-rsa', mpint(65537n), bytes(n.toString(16))),
    )
    refuses(
      'a modulus with a small factor, two among them',
      'rsa-factors',
      rsa(modulus(2048) + 1n),
      rsa(modulus(2037) * 1999n),
    )
    refuses('a square', 'rsa-factors', rsa(modulus(1024) ** 2n))
    refuses(
      'two factors next to each other (Fermat finds them)',
      'rsa-factors',
      rsa(modulus(1024) * modulus(1024, 1n << 516n)),
    )
    refuses('the keys of flawed chips (ROCA)', 'rsa-roca', rsa(rocaModulus()))
  })

  describe('security keys', () => {
    refuses(
      'an application that is empty, too long or not printable (ends in logs)',
      'sk-application',
      ...['', 'x'.repeat(257), 'ssh:\n', 'ssh:\0', '\x1b[2J', 'sch\u00fcssel'].map((application) =>
        skEd25519(ascii(application)),
      ),
      line('sk-ecdsa-sha2-nistp256@openssh.com', ascii('nistp256'), generator, ascii('')),
    )
    refuses(
      'a bad point as those of other keys',
      'ec-point-form',
      line('sk-ecdsa-sha2-nistp256@openssh.com', ascii('nistp256'), bytes('00'), ascii('ssh:')),
    )
  })
})

/** A product of two numbers of the form k·M + 65537^a mod M, as the flawed chips make them. */
function rocaModulus(): bigint {
  const primorial = smallPrimes.slice(0, 39).reduce((product, prime) => product * prime, 1n)
  const factor = (k: bigint, a: number) => {
    let power = 1n
    for (let i = 0; i < a; i += 1) power = (power * 65537n) % primorial
    const shift = 1030n - BigInt(primorial.toString(2).length)
    let candidate = ((3n << (shift - 2n)) + k) * primorial + power
    while (smallPrimes.some((prime) => candidate % prime === 0n)) candidate += primorial
    return candidate
  }
  return factor(12_345n, 11) * factor((1n << 700n) + 3n, 29)
}

describe('parseSshKeyBlob', () => {
  it('checks what a grant brings as it checks a text', () => {
    assert.equal(formatSshPublicKey(parseSshKeyBlob('ssh-ed25519', blob)), ed25519)
    const bad: [string, string, SshKeyRefusalReason][] = [
      ['ssh-rsa', blob, 'type-mismatch'],
      ['ssh-ed25519', `${blob}\n`, 'base64'],
      ['ssh-ed25519', `${blob} x`, 'base64'],
      ['ssh-ed25519', '', 'truncated'],
      ['ssh-ed25519', 'A'.repeat(16_388), 'too-long'],
      ['ssh-ed25519 ', blob, 'unknown-type'],
      ['ssh-ed25519-cert-v01@openssh.com', blob, 'certificate'],
      ['ssh-dss', blob, 'dsa'],
    ]
    for (const [type, base64, reason] of bad) {
      assert.throws(() => parseSshKeyBlob(type, base64), { name: 'SshKeyRefusal', reason })
    }
  })
})

describe('sshFingerprint', () => {
  it('is what ssh-keygen -l prints, without padding', () => {
    const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest()
    assert.equal(
      sshFingerprint(parseSshPublicKey(ed25519), sha256),
      'SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8',
    )
  })
})
