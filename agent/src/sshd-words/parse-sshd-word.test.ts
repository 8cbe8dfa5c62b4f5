import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseSshdWord } from './parse-sshd-word.ts'
import type { SshdWord } from './sshd-word.ts'

const HASH = 'SHA256:5wN3Xr9JmVYd0yq7GX1ZzqVwGmHvk2l2mXq3c1B5b0s'
const OTHER = 'SHA256:ZZZZXr9JmVYd0yq7GX1ZzqVwGmHvk2l2mXq3c1B5b0s'
const AT = { address: '10.77.0.254', port: 45884 }
const HELPER = '/usr/lib/fleetkey/authorized-keys'

/** Messages as they stand in journals and in files of -E, of the versions named; without a name all say it so. */
const SAID: readonly (readonly [message: string, word: SshdWord | undefined])[] = [
  [
    'Connection from 10.77.0.254 port 45884 on 10.77.0.2 port 22 rdomain ""',
    { kind: 'connected', ...AT },
  ],
  ['Connection from 10.77.0.254 port 45884 on 10.77.0.2 port 22', { kind: 'connected', ...AT }],
  [
    `Accepted key ED25519 ${HASH} found at ${HELPER} %u %U %f:1`,
    { kind: 'key-found', fingerprint: HASH, place: `${HELPER} %u %U %f:1` },
  ],
  [
    `Accepted publickey for alice from 10.77.0.254 port 45884 ssh2: ED25519 ${HASH}`,
    { kind: 'accepted', method: 'publickey', user: 'alice', ...AT, fingerprint: HASH },
  ],
  [
    `Accepted publickey for alice from fe80::1%eth0 port 45884 ssh2: RSA ${HASH}`,
    {
      kind: 'accepted',
      method: 'publickey',
      user: 'alice',
      address: 'fe80::1%eth0',
      port: 45884,
      fingerprint: HASH,
    },
  ],
  [
    `Accepted publickey for alice from 10.77.0.254 port 45884 ssh2: ED25519-CERT ${OTHER} ID a name (serial 7) CA RSA ${HASH}`,
    { kind: 'accepted', method: 'publickey', user: 'alice', ...AT },
  ],
  [
    'Accepted keyboard-interactive/pam for alice from 10.77.0.254 port 45884 ssh2',
    { kind: 'accepted', method: 'keyboard-interactive/pam', user: 'alice', ...AT },
  ],
  [
    `Partial publickey for alice from 10.77.0.254 port 45884 ssh2: ED25519 ${HASH}`,
    { kind: 'partial', method: 'publickey', user: 'alice', ...AT, fingerprint: HASH },
  ],
  [
    `Failed publickey for alice from 10.77.0.254 port 45884 ssh2: ED25519 ${HASH}`,
    {
      kind: 'failed',
      isUserTaken: true,
      method: 'publickey',
      user: 'alice',
      ...AT,
      fingerprint: HASH,
    },
  ],
  [
    'Failed none for invalid user bob from 10.77.0.254 port 45884 ssh2',
    { kind: 'failed', isUserTaken: false, method: 'none', user: 'bob', ...AT },
  ],
  // FingerprintHash md5
  ['Failed publickey for alice from 10.77.0.254 port 45884 ssh2: ED25519 MD5:00:11', undefined],
  ['Invalid user bob from 10.77.0.254 port 45884', { kind: 'user-unknown', user: 'bob', ...AT }],
  ['User child is on pid 4711', { kind: 'child', pid: 4711 }],
  ['Disconnected from user alice 10.77.0.254 port 45884', { kind: 'left', user: 'alice', ...AT }],
  [
    'refused connect from web.example.com (10.77.0.254)',
    { kind: 'dropped', because: 'hosts', address: '10.77.0.254' },
  ],
  ['Account alice has expired', { kind: 'not-allowed', user: 'alice', because: 'expired' }],
  [
    'User alice not allowed because account is locked',
    { kind: 'not-allowed', user: 'alice', because: 'locked' },
  ],
  [
    'User alice not allowed because shell /usr/bin/fish does not exist',
    { kind: 'not-allowed', user: 'alice', because: 'shell-missing', shell: '/usr/bin/fish' },
  ],
  [
    'User alice not allowed because shell /etc/passwd is not executable',
    { kind: 'not-allowed', user: 'alice', because: 'shell-not-executable', shell: '/etc/passwd' },
  ],
  [
    'User alice from 10.77.0.254 not allowed because listed in DenyUsers',
    { kind: 'not-allowed', user: 'alice', because: 'deny-users' },
  ],
  [
    'User alice from gate.example.org not allowed because not listed in AllowUsers',
    { kind: 'not-allowed', user: 'alice', because: 'allow-users' },
  ],
  [
    'User alice from 10.77.0.254 not allowed because not in any group',
    { kind: 'not-allowed', user: 'alice', because: 'no-group' },
  ],
  [
    'User alice from 10.77.0.254 not allowed because a group is listed in DenyGroups',
    { kind: 'not-allowed', user: 'alice', because: 'deny-groups' },
  ],
  [
    "User alice from 10.77.0.254 not allowed because none of user's groups are listed in AllowGroups",
    { kind: 'not-allowed', user: 'alice', because: 'allow-groups' },
  ],
  ['ROOT LOGIN REFUSED FROM 10.77.0.254 port 45884', { kind: 'root-refused', ...AT }],
  ['ROOT LOGIN REFUSED FROM 10.77.0.254 port 45884 [preauth]', { kind: 'root-refused', ...AT }],
  ['error: Refused by key options', { kind: 'key-options-refused' }],
  [
    'Authentication refused: bad ownership or modes for directory /home/alice',
    { kind: 'bad-permissions', says: 'bad ownership or modes for directory /home/alice' },
  ],
  [
    "Could not open user 'alice' authorized keys '/run/fleetkey/authorized_keys/alice': Permission denied",
    {
      kind: 'key-file-unreadable',
      path: '/run/fleetkey/authorized_keys/alice',
      reason: 'Permission denied',
    },
  ],
  [
    "User 'alice' authorized keys '/home/alice/.ssh/authorized_keys' is not a regular file",
    {
      kind: 'key-file-unreadable',
      path: '/home/alice/.ssh/authorized_keys',
      reason: 'is not a regular file',
    },
  ],
  // 9.2
  [
    'userauth_pubkey: signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms [preauth]',
    {
      kind: 'algorithm-refused',
      says: 'signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms',
    },
  ],
  // 8.5 to 8.9, and before
  [
    'userauth_pubkey: key type ssh-rsa not in PubkeyAcceptedAlgorithms [preauth]',
    { kind: 'algorithm-refused', says: 'key type ssh-rsa not in PubkeyAcceptedAlgorithms' },
  ],
  [
    'userauth_pubkey: key type ssh-rsa not in PubkeyAcceptedKeyTypes [preauth]',
    { kind: 'algorithm-refused', says: 'key type ssh-rsa not in PubkeyAcceptedKeyTypes' },
  ],
  [
    'userauth_pubkey: unsupported public key algorithm: ssh-dss [preauth]',
    { kind: 'algorithm-refused', says: 'unsupported public key algorithm: ssh-dss' },
  ],
  [
    'refusing RSA key: Invalid key length [preauth]',
    { kind: 'algorithm-refused', says: 'the key is shorter than RequiredRSASize' },
  ],
  [
    'error: AuthorizedKeysCommandUser "fleetkey" not found: Success',
    { kind: 'command-user-unknown', user: 'fleetkey' },
  ],
  [
    `AuthorizedKeysCommand ${HELPER} %u %U %f failed, status 1`,
    { kind: 'command-failed', how: 'status', code: 1 },
  ],
  [
    `error: AuthorizedKeysCommand ${HELPER} %u %U %f exited on signal 9`,
    { kind: 'command-failed', how: 'signal', code: 9 },
  ],
  [
    `error: Could not stat AuthorizedKeysCommand "${HELPER}": No such file or directory`,
    { kind: 'command-missing', path: HELPER, reason: 'No such file or directory' },
  ],
  [
    `error: Unsafe AuthorizedKeysCommand "${HELPER}": bad ownership or modes for file ${HELPER}`,
    { kind: 'command-unsafe', path: HELPER, reason: `bad ownership or modes for file ${HELPER}` },
  ],
  [
    'error: maximum authentication attempts exceeded for alice from 10.77.0.254 port 45884 ssh2 [preauth]',
    { kind: 'too-many-tries', user: 'alice', ...AT },
  ],
  [
    'fatal: Access denied for user alice by PAM account configuration [preauth]',
    { kind: 'pam-refused', user: 'alice' },
  ],
  [
    'pam_unix(sshd:account): account alice has expired (account expired)',
    { kind: 'pam-said', module: 'unix', says: 'account alice has expired (account expired)' },
  ],
  [
    "pam_access(sshd:account): access denied for user `alice' from `10.77.0.254'",
    {
      kind: 'pam-said',
      module: 'access',
      says: "access denied for user `alice' from `10.77.0.254'",
    },
  ],
  ['pam_unix(sshd:session): session opened for user alice(uid=1001) by (uid=0)', undefined],
  [
    'drop connection #2 from [10.77.0.254]:45884 on [10.77.0.2]:22 past MaxStartups',
    { kind: 'dropped', because: 'max-startups', ...AT },
  ],
  // 9.8, 9.9
  [
    'drop connection #2 from [10.77.0.254]:45884 on [10.77.0.2]:22 past Maxstartups',
    { kind: 'dropped', because: 'max-startups', ...AT },
  ],
  [
    'drop connection #0 from [10.77.0.254]:45884 on [10.77.0.2]:22 penalty: failed authentication',
    { kind: 'dropped', because: 'penalty', penalty: 'failed authentication', ...AT },
  ],
  // 10.0 and later
  [
    'drop connection #2 from [fd77::1]:45884 on [fd77::2]:22 Maxstartups',
    { kind: 'dropped', because: 'max-startups', address: 'fd77::1', port: 45884 },
  ],
  [
    'drop connection #0 from [10.77.0.254]:45884 on [10.77.0.2]:22 penalty: connections without attempting authentication',
    {
      kind: 'dropped',
      because: 'penalty',
      penalty: 'connections without attempting authentication',
      ...AT,
    },
  ],
  [
    'drop connection #0 from [10.77.0.254]:45884 on [10.77.0.2]:22 PerSourcePenalties',
    { kind: 'dropped', because: 'penalty', ...AT },
  ],
  ['fatal: Timeout before authentication for 10.77.0.254 port 45884', { kind: 'too-slow', ...AT }],
  // 9.8 and later
  [
    'Timeout before authentication for connection from 10.77.0.254 to 10.77.0.2, pid = 4711',
    { kind: 'too-slow', address: '10.77.0.254', servedBy: 4711 },
  ],
  // As 10.5 wrote them on a host with journald.
  [
    'Timeout before authentication for connection from 10.77.129.254 to 10.77.129.1, pid = 225',
    { kind: 'too-slow', address: '10.77.129.254', servedBy: 225 },
  ],
  [
    'error: session process 272 for connection from 10.77.129.254 to 10.77.129.1 killed by signal 11',
    { kind: 'crashed', address: '10.77.129.254', servedBy: 272 },
  ],
  [
    'administratively prohibited connection for bob from 10.77.129.254 port 36142',
    {
      kind: 'not-allowed',
      user: 'bob',
      because: 'refuse-connection',
      address: '10.77.129.254',
      port: 36142,
    },
  ],
  [
    'drop connection #0 from [10.77.129.254]:44828 on [10.77.129.1]:22 too many penalised addresses',
    { kind: 'dropped', because: 'penalty', address: '10.77.129.254', port: 44828 },
  ],
  [
    'srclimit_penalise: ipv4: new 10.77.129.254/32 active penalty of 30.000 seconds for penalty: attempted authentication by invalid user',
    { kind: 'penalised', network: '10.77.129.254/32', seconds: 30 },
  ],
  [
    'srclimit_penalise: fd77:0:0:81::fe/128: activating ipv6 penalty of 1.795 seconds for penalty: connections without attempting authentication',
    { kind: 'penalised', network: 'fd77:0:0:81::fe/128', seconds: 1.795 },
  ],
  // Until 10.3 in whole seconds.
  [
    'srclimit_penalise: ipv4: new 10.77.0.254/32 active penalty of 90 seconds for penalty: caused crash',
    { kind: 'penalised', network: '10.77.0.254/32', seconds: 90 },
  ],
  // Too short to count yet.
  [
    'srclimit_penalise: ipv4: new 127.0.0.1/32 deferred penalty of 1.000 seconds for penalty: connections without attempting authentication',
    undefined,
  ],
  [
    'Unable to negotiate with 127.0.0.1 port 56064: no matching host key type found. Their offer: ssh-mldsa44-ed25519@openssh.com [preauth]',
    undefined,
  ],
  [
    'Connection closed by authenticating user alice 10.77.0.254 port 45884 [preauth]',
    { kind: 'gone', user: 'alice', ...AT },
  ],
  [
    'Connection closed by invalid user bob 10.77.0.254 port 45884 [preauth]',
    { kind: 'gone', user: 'bob', ...AT },
  ],
  ['Connection reset by 10.77.0.254 port 45884 [preauth]', { kind: 'gone', ...AT }],
  [
    'Disconnecting authenticating user alice 10.77.0.254 port 45884: Too many authentication failures [preauth]',
    { kind: 'gone', user: 'alice', ...AT },
  ],
  ['Server listening on 0.0.0.0 port 22.', undefined],
  ['Received disconnect from 10.77.0.254 port 45884:11: disconnected by user', undefined],
  ['', undefined],
]

/** What only sshd decides: nobody's name, key or goodbye may bring these about. */
const isWeighty = (word: SshdWord | undefined) =>
  word !== undefined && !['gone', 'user-unknown', 'failed', 'connected'].includes(word.kind)

describe('a message of sshd', () => {
  for (const [message, word] of SAID) {
    it(`is read: ${message.slice(0, 90)}`, () => assert.deepEqual(parseSshdWord(message), word))
  }

  it('is not read with anything before or after it (would be part of another message)', () => {
    for (const [message] of SAID.filter(([, word]) => word !== undefined)) {
      for (const other of [` ${message}`, `x${message}`, `pam ${message}`]) {
        assert.equal(parseSshdWord(other), undefined, other)
      }
    }
  })

  it('is not read over the length of sshd (takes time and memory)', () => {
    assert.equal(parseSshdWord(`Authentication refused: ${'x'.repeat(2000)}`), undefined)
    assert.equal(parseSshdWord('Accepted '.repeat(200_000)), undefined)
  })

  it('of a user who is named like the rest of a message says nothing of anybody else', () => {
    const name = `alice from 1.2.3.4 port 5 ssh2: ED25519 ${HASH}`
    for (const message of [
      `Failed none for invalid user ${name} from 10.77.0.254 port 45884 ssh2`,
      `Failed publickey for invalid user ${name} from 10.77.0.254 port 45884 ssh2: ED25519 ${OTHER}`,
      `Invalid user alice from 1.2.3.4 port 5 from 10.77.0.254 port 45884`,
      'Connection closed by invalid user alice 1.2.3.4 port 5 10.77.0.254 port 45884 [preauth]',
      `maximum authentication attempts exceeded for invalid user alice from 1.2.3.4 port 5 ssh2 from 10.77.0.254 port 45884 ssh2 [preauth]`,
      `Failed publickey for invalid user alice from 1.2.3.4 port 5 ssh2: ED25519-CERT ${HASH} ID x from 10.77.0.254 port 45884 ssh2: ED25519 ${OTHER}`,
      // With a certificate of their own, whose ID may be anything.
      `Failed publickey for invalid user alice from 1.2.3.4 port 5 ssh2: ED25519-CERT ${HASH} ID x from 10.77.0.254 port 45884 ssh2: ED25519-CERT ${OTHER} ID y (serial 0) CA ED25519 ${OTHER}`,
    ]) {
      assert.equal(parseSshdWord(message), undefined, message)
    }
  })

  it('names the user and the address that it is about, whatever a client calls itself', () => {
    const pieces = fc.constantFrom(
      ...'alice from 1.2.3.4 port 5 ssh2 ssh2: ED25519 invalid user [preauth] : (serial 0) ID CA'.split(
        ' ',
      ),
      HASH,
      'not allowed because account is locked',
    )
    const text = fc.array(pieces, { maxLength: 14 }).map((words) => words.join(' ').slice(0, 100))
    const endings = [
      (user: string) => `Failed none for invalid user ${user} from 10.77.0.254 port 45884 ssh2`,
      (user: string) =>
        `Failed publickey for invalid user ${user} from 10.77.0.254 port 45884 ssh2: RSA ${OTHER}`,
      (user: string) => `Invalid user ${user} from 10.77.0.254 port 45884`,
      (user: string) =>
        `Connection closed by invalid user ${user} 10.77.0.254 port 45884 [preauth]`,
      (user: string) =>
        `Disconnecting invalid user ${user} 10.77.0.254 port 45884: Too many authentication failures [preauth]`,
    ]
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.constantFrom(...endings), (user, ending) => {
        const word = parseSshdWord(ending(user))
        if (word === undefined) return
        assert.ok(!isWeighty(word))
        assert.ok(
          'address' in word &&
            'port' in word &&
            word.address === AT.address &&
            word.port === AT.port,
        )
        assert.ok(!('user' in word) || word.user === user)
        assert.ok(word.kind !== 'failed' || word.fingerprint !== HASH)
      }),
      { numRuns: 2000 },
    )
  })

  it('is nothing and no failure, whatever it is', () => {
    const starts = SAID.map(([message]) => message)
    const cut = fc
      .tuple(fc.constantFrom(...starts), fc.nat(200), fc.string({ unit: 'binary' }))
      .map(([message, length, rest]) => message.slice(0, length) + rest)
    fc.assert(fc.property(cut, (message) => void parseSshdWord(message)))
  })
})
