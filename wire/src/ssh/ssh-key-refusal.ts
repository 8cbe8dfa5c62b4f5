/**
 * Why a text is not taken as an SSH public key. The reason is stable (clients and the trail may keep it); the message
 * says what to do. Neither ever holds a part of the text: people paste private keys.
 */
export class SshKeyRefusal extends Error {
  readonly reason: SshKeyRefusalReason

  constructor(reason: SshKeyRefusalReason) {
    super(advice[reason])
    this.name = 'SshKeyRefusal'
    this.reason = reason
  }
}

export type SshKeyRefusalReason = keyof typeof advice

const sendThePublicHalf = 'Send one line of the ".pub" file, as "ssh-ed25519 AAAA…".'
const makeAnother = 'Make a new key with "ssh-keygen -t ed25519".'
const damaged = `The key is damaged or was not copied whole. ${sendThePublicHalf}`

const advice = {
  // The text
  'too-long': `The text is too long for an SSH public key. ${sendThePublicHalf}`,
  empty: `There is no SSH public key in the text. ${sendThePublicHalf}`,
  'private-key':
    'This is a private key. It was not kept, but it has left your machine: treat it as known to others and replace it. Send the public half, the ".pub" file ("ssh-keygen -y -f KEY" prints it).',
  'ssh2-format':
    'This is a key in SSH2 (RFC 4716) format. Convert it with "ssh-keygen -i -f KEY" and send what that prints.',
  'pem-format':
    'This is a key in PEM format. Convert it with "ssh-keygen -i -m PKCS8 -f KEY" ("-m PEM" when it begins with "BEGIN RSA PUBLIC KEY") and send what that prints.',
  'other-format': `This is a PEM file, but no SSH public key. ${sendThePublicHalf}`,
  'several-keys': 'There is more than one key in the text. Send one key at a time.',
  'line-break': `The text has a line break within. ${sendThePublicHalf}`,
  'control-character': `The text has an invisible control character within. ${sendThePublicHalf}`,
  options:
    'There is something before the key type. Options such as "command=" or "cert-authority" are not taken: send the key alone.',
  certificate:
    'This is an SSH certificate, not a plain public key. Send the key that it was made for ("KEY.pub", not "KEY-cert.pub").',
  dsa: `DSA keys are broken and sshd no longer takes them. ${makeAnother}`,
  'unknown-type': `This is no type of SSH key that is taken here: ed25519, ecdsa (nistp256, nistp384, nistp521), rsa, and the "sk-" types of security keys. ${sendThePublicHalf}`,
  'missing-key': `The key type is there, but the key itself is missing. ${sendThePublicHalf}`,

  // The blob
  base64: `The key is not written in proper base64. ${damaged}`,
  truncated: `The key ends too early. ${damaged}`,
  'trailing-bytes': `The key has bytes after its end. ${damaged}`,
  'type-mismatch': `The key is of another type than the text before it says. ${damaged}`,
  'ed25519-length': `An ed25519 key has 32 bytes; this one does not. ${damaged}`,
  'ed25519-point': `The key is not a point of the curve ed25519 in its one proper spelling. ${damaged}`,
  'ed25519-low-order': `The key is a point of low order: anybody can log in with it. ${makeAnother}`,
  'ec-curve-name': `The key names another curve than its type. ${damaged}`,
  'ec-point-form':
    'The point of the ECDSA key is not in uncompressed form, the only one that SSH uses. Export the key with "ssh-keygen -y -f KEY".',
  'ec-point': `The key is not a point of its curve. ${damaged}`,
  'rsa-number': `A number in the RSA key is not in its one proper spelling. ${damaged}`,
  'rsa-short':
    'The RSA key is shorter than 2048 bits. Make a new key with "ssh-keygen -t ed25519".',
  'rsa-long':
    'The RSA key is longer than 8192 bits. Make one of 4096 bits, or better with "ssh-keygen -t ed25519".',
  'rsa-exponent': `The RSA key's public exponent is even, below 3 or above 33 bits. ${makeAnother}`,
  'rsa-factors': `The RSA key is easily broken: its factors can be found. ${makeAnother}`,
  'rsa-roca': `The RSA key was made by a chip with the ROCA flaw (CVE-2017-15361) and can be broken. ${makeAnother}`,
  'sk-application': `The security key's application is empty, too long or not printable. Make the key anew with "ssh-keygen -t ed25519-sk".`,
} as const satisfies Record<string, string>
