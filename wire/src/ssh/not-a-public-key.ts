import { findKeyType } from './key-types.ts'
import { SshKeyRefusal } from './ssh-key-refusal.ts'

/**
 * Finds out what else people paste, so that the refusal can say what to do. None of this keeps a bad key out (the
 * strict decoding does); but a private key is looked for first, whatever surrounds it.
 */
export function refuseOtherFormats(text: string): void {
  if (privateKeys.test(text)) throw new SshKeyRefusal('private-key')
  if (/^\s*-{4} ?BEGIN SSH2 PUBLIC KEY/.test(text)) throw new SshKeyRefusal('ssh2-format')
  if (/^\s*-{5}BEGIN (?:RSA )?PUBLIC KEY-/.test(text)) throw new SshKeyRefusal('pem-format')
  if (/^\s*-{5}BEGIN /.test(text)) throw new SshKeyRefusal('other-format')
  const lines = text.split(/[\r\n]/)
  if (lines.length > 1) {
    const several = lines.filter((line) => line.split(/[ \t]+/).some(isKeyType)).length > 1
    throw new SshKeyRefusal(several ? 'several-keys' : 'line-break')
  }
  if (invisible.test(text)) throw new SshKeyRefusal('control-character')
}

/** Says why the first word is no key type that is taken; the words after it tell options before a key from nonsense. */
export function refuseOtherType(word: string, after: readonly (string | undefined)[]): never {
  if (isCertificateType(word)) throw new SshKeyRefusal('certificate')
  if (word === 'ssh-dss') throw new SshKeyRefusal('dsa')
  // A quoted option may hold blanks: command="a b" ssh-ed25519 AAAA…
  if (after.some(isKeyType)) throw new SshKeyRefusal('options')
  throw new SshKeyRefusal('unknown-type')
}

/** Two keys whose line break became a blank: the second is not a comment that anybody meant. */
export function refuseSeveralKeys(comment: readonly string[]): void {
  const second = comment.some((word, i) => isKeyType(word) && comment[i + 1]?.startsWith('AAAA'))
  if (second) throw new SshKeyRefusal('several-keys')
}

/**
 * PEM and OpenSSH ("BEGIN … PRIVATE KEY"), SSH2 ("BEGIN SSH2 ENCRYPTED PRIVATE KEY"), SSH1, PuTTY's .ppk, and the body of
 * an OpenSSH private key without its armour (base64 of "openssh-key-v1").
 */
const privateKeys =
  /BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|PuTTY-User-Key-File-|Private-Lines:|SSH PRIVATE KEY FILE FORMAT|b3BlbnNzaC1rZXktdj/i

/** Control characters but the tab, line and paragraph separators, direction marks, byte order mark, lone surrogates. */
const invisible = /[^\t\P{Cc}]|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u

function isKeyType(word = ''): boolean {
  return findKeyType(word) !== undefined || word === 'ssh-dss' || isCertificateType(word)
}

function isCertificateType(word: string): boolean {
  return /-cert-v\d\d@openssh\.com$/.test(word)
}
