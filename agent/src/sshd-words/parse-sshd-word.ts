import type { NotAllowed, SshdWord } from './sshd-word.ts'

/** sshd writes no longer ones (MSGBUFSIZ in OpenSSH's log.c). */
const MAX_MESSAGE = 1024

/**
 * What a message of sshd says, or undefined for those that say nothing of why a login works or not. Messages of OpenSSH 8.0 to 10.5, as
 * its sources have them (auth.c, auth2.c, auth2-pubkey.c, auth2-pubkeyfile.c, misc.c, monitor.c, packet.c, srclimit.c, sshd.c).
 *
 * Names of users come from whoever connects, and may hold anything but line breaks, also what looks like the rest of a message. So each
 * pattern holds for a whole message and its names have no spaces: then there is one way to read it, and what a forged name leaves over
 * fits none.
 */
export function parseSshdWord(message: string): SshdWord | undefined {
  if (message.length > MAX_MESSAGE) return undefined
  // The monitor passes on what its unprivileged child says, and marks it.
  const text = message.replace(/^(?:error|fatal): /, '').replace(/ \[preauth\]$/, '')
  const read = READERS.find(({ start }) => text.startsWith(start))
  return read?.read(text)
}

interface Reader {
  /** What the message starts with: most messages fit none, and no pattern is tried. */
  readonly start: string
  read(text: string): SshdWord | undefined
}

const NAME = String.raw`([^\s]{1,100})`
const ADDRESS = String.raw`([0-9A-Fa-f:.]{2,45}(?:%[\w.-]{1,16})?)`
const FROM = String.raw`${ADDRESS} port (\d{1,5})`
/** How the listener names a connection, and how far its process had come. */
const ENDS = `connection from ${ADDRESS} to \\S+`
const STAGE = String.raw`(?: \([a-z ]+\))?`
const NETWORK = String.raw`([0-9A-Fa-f:.]{2,45}/\d{1,3})`
const SECONDS = String.raw`(\d{1,9}(?:\.\d{1,6})?)`
const HASH = 'SHA256:[A-Za-z0-9+/]{43}'
const KEY = `[A-Z0-9-]{2,20} (${HASH})`
/** Its ID is what whoever made it wanted. Not what ends a message: else a name with blanks could hold most of another one, whose certificate has the rest as its ID. */
const CERTIFICATE = `[A-Z0-9-]{2,20}-CERT ${HASH} ID (?!.* port \\d{1,5} ssh2).* \\(serial \\d+\\) CA [A-Z0-9-]{2,20} ${HASH}`
const METHOD = String.raw`([a-z-]{2,32}(?:/[a-z-]{1,32})?)`

const METHOD_LINE = new RegExp(
  `^\\w+ ${METHOD} for (invalid user )?${NAME} from ${FROM} ssh2(?:: (?:${KEY}|${CERTIFICATE}))?$`,
)

function method(text: string) {
  const [whole, name = '', invalid, user = '', address = '', port, fingerprint] =
    METHOD_LINE.exec(text) ?? []
  if (whole === undefined) return undefined
  return {
    isUserTaken: invalid === undefined,
    tried: {
      method: name,
      user,
      address,
      port: Number(port),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    },
  }
}

/** A reader of the messages that `pattern` fits, whole. */
function whole(
  start: string,
  pattern: string,
  word: (...parts: readonly string[]) => SshdWord | undefined,
): Reader {
  const line = new RegExp(`^${pattern}$`)
  return {
    start,
    read(text) {
      const [found, ...parts] = line.exec(text) ?? []
      // A group that took no part in the match is undefined.
      return found === undefined ? undefined : word(...parts.map((part) => part ?? ''))
    },
  }
}

const from = (address = '', port = '') => ({ address, port: Number(port) })

const NOT_ALLOWED: ReadonlyMap<string, NotAllowed> = new Map([
  ['account is locked', 'locked'],
  ['listed in DenyUsers', 'deny-users'],
  ['not listed in AllowUsers', 'allow-users'],
  ['not in any group', 'no-group'],
  ['a group is listed in DenyGroups', 'deny-groups'],
  ["none of user's groups are listed in AllowGroups", 'allow-groups'],
])

function notAllowed(user: string, reason: string): SshdWord | undefined {
  const because = NOT_ALLOWED.get(reason)
  if (because !== undefined) return { kind: 'not-allowed', user, because }
  const [, shell = '', what] =
    /^shell (.{1,100}) (does not exist|is not executable)$/.exec(reason) ?? []
  if (what === undefined) return undefined
  const missing = what === 'does not exist'
  return {
    kind: 'not-allowed',
    user,
    because: missing ? 'shell-missing' : 'shell-not-executable',
    shell,
  }
}

const COMMAND = 'AuthorizedKeysCommand'

const READERS: readonly Reader[] = [
  whole(
    'Connection from ',
    `Connection from ${FROM} on \\S+ port \\d{1,5}(?: rdomain ".*")?`,
    (...at) => ({
      kind: 'connected',
      ...from(...at),
    }),
  ),
  whole(
    'Accepted key ',
    `Accepted key ${KEY} found at (.{1,512})`,
    (fingerprint = '', place = '') => ({ kind: 'key-found', fingerprint, place }),
  ),
  {
    start: 'Accepted ',
    read(text) {
      const { tried, isUserTaken } = method(text) ?? {}
      return tried && isUserTaken ? { kind: 'accepted', ...tried } : undefined
    },
  },
  {
    start: 'Partial ',
    read(text) {
      const { tried, isUserTaken } = method(text) ?? {}
      return tried && isUserTaken ? { kind: 'partial', ...tried } : undefined
    },
  },
  {
    start: 'Failed ',
    read(text) {
      const { tried, isUserTaken } = method(text) ?? {}
      if (tried === undefined || isUserTaken === undefined) return undefined
      return { kind: 'failed', isUserTaken, ...tried }
    },
  },
  whole('Invalid user ', `Invalid user ${NAME} from ${FROM}`, (user = '', ...at) => ({
    kind: 'user-unknown',
    user,
    ...from(...at),
  })),
  whole('User child is on pid ', String.raw`User child is on pid (\d{1,10})`, (pid) => ({
    kind: 'child',
    pid: Number(pid),
  })),
  whole(
    "User '",
    `User '[^\\s']{1,100}' \\S.{0,40} '(.{1,512})' is not a regular file`,
    (path = '') => ({ kind: 'key-file-unreadable', path, reason: 'is not a regular file' }),
  ),
  whole(
    'User ',
    `User ${NAME} (?:from \\S{1,255} )?not allowed because (.{1,200})`,
    (user = '', reason = '') => notAllowed(user, reason),
  ),
  whole('Account ', `Account ${NAME} has expired`, (user = '') => ({
    kind: 'not-allowed',
    user,
    because: 'expired',
  })),
  whole('ROOT LOGIN REFUSED FROM ', `ROOT LOGIN REFUSED FROM ${FROM}`, (...at) => ({
    kind: 'root-refused',
    ...from(...at),
  })),
  whole('Refused by key options', 'Refused by key options', () => ({
    kind: 'key-options-refused',
  })),
  whole('Authentication refused: ', 'Authentication refused: (.{1,512})', (says = '') => ({
    kind: 'bad-permissions',
    says,
  })),
  whole(
    'Could not open user ',
    `Could not open user '[^\\s']{1,100}' authorized keys '(.{1,512})': (.{1,100})`,
    (path = '', reason = '') => ({ kind: 'key-file-unreadable', path, reason }),
  ),
  whole(
    'userauth_pubkey: ',
    'userauth_pubkey: ((?:signature algorithm|key type) [\\w@.+-]{1,64} not in Pubkey\\w+|unsupported public key algorithm: [\\w@.+-]{1,64})',
    (says = '') => ({ kind: 'algorithm-refused', says }),
  ),
  whole('refusing ', 'refusing [A-Z0-9-]{2,20} key: .{1,100}', () => ({
    kind: 'algorithm-refused',
    says: 'the key is shorter than RequiredRSASize',
  })),
  whole(
    'Refusing RSA key',
    '(Refusing RSA key because client uses unsafe signature scheme)',
    (says = '') => ({
      kind: 'algorithm-refused',
      says,
    }),
  ),
  whole(`${COMMAND}User `, `${COMMAND}User "(.{1,100})" not found: .{1,100}`, (user = '') => ({
    kind: 'command-user-unknown',
    user,
  })),
  whole(
    `${COMMAND} `,
    `${COMMAND} .{1,768} (?:failed, (status) |exited on (signal) )(\\d{1,3})`,
    (status, _signal, code) => ({
      kind: 'command-failed',
      how: status === '' ? 'signal' : 'status',
      code: Number(code),
    }),
  ),
  whole(
    `Could not stat ${COMMAND} `,
    `Could not stat ${COMMAND} "(.{1,512})": (.{1,100})`,
    (path = '', reason = '') => ({ kind: 'command-missing', path, reason }),
  ),
  whole(
    `Unsafe ${COMMAND} `,
    `Unsafe ${COMMAND} "(.{1,512})": (.{1,600})`,
    (path = '', reason = '') => ({ kind: 'command-unsafe', path, reason }),
  ),
  whole(
    'maximum authentication attempts exceeded for ',
    `maximum authentication attempts exceeded for ${NAME} from ${FROM} ssh2`,
    (user = '', ...at) => ({ kind: 'too-many-tries', user, ...from(...at) }),
  ),
  whole(
    'Access denied for user ',
    `Access denied for user ${NAME} by PAM account configuration`,
    (user = '') => ({ kind: 'pam-refused', user }),
  ),
  // The service is sshd, or what PAMServiceName says.
  whole(
    'pam_',
    String.raw`pam_(\w{1,32})\([\w.-]{1,64}:account\): (.{1,512})`,
    (module = '', says = '') => ({
      kind: 'pam-said',
      module,
      says,
    }),
  ),
  whole(
    'drop connection #',
    `drop connection #\\d+ from \\[${ADDRESS}\\]:(\\d{1,5}) on \\[\\S+\\]:\\d{1,5} (past Max[Ss]tartups|Maxstartups|PerSourcePenalties|too many penalised addresses|penalty: ([\\w ]{1,100}))`,
    (address, port, reason = '', penalty = '') => ({
      kind: 'dropped',
      because: /startups/i.test(reason) ? 'max-startups' : 'penalty',
      ...(penalty === '' ? {} : { penalty }),
      ...from(address, port),
    }),
  ),
  // tcp_wrappers' refuse.c, which Debian has sshd built with; the name is what the resolver says.
  whole(
    'refused connect from ',
    `refused connect from \\S{1,255} \\(${ADDRESS}\\)`,
    (address = '') => ({ kind: 'dropped', because: 'hosts', address }),
  ),
  // srclimit.c: the first of these, or the one that made it enough.
  whole(
    'srclimit_penalise: ',
    `srclimit_penalise: (?:ipv[46]: new ${NETWORK} active penalty|${NETWORK}: activating ipv[46] penalty) of ${SECONDS} seconds for penalty: .{1,100}`,
    (first = '', more = '', seconds = '') => ({
      kind: 'penalised',
      network: first === '' ? more : first,
      seconds: Number(seconds),
    }),
  ),
  // With a port until 9.7, then with both ends and the process.
  whole(
    'Timeout before authentication for ',
    `Timeout before authentication for (?:${FROM}|${ENDS}, pid = (\\d{1,10})${STAGE})`,
    (address = '', port = '', other = '', pid = '') =>
      port === ''
        ? { kind: 'too-slow', address: other, servedBy: Number(pid) }
        : { kind: 'too-slow', ...from(address, port) },
  ),
  whole(
    'session process ',
    `session process (\\d{1,10}) for ${ENDS} (?:killed by signal \\d{1,3}|terminated abnormally, status=0x[0-9a-f]{1,8})${STAGE}`,
    (pid, address = '') => ({ kind: 'crashed', address, servedBy: Number(pid) }),
  ),
  whole(
    'Session process ',
    `Session process (\\d{1,10}) unpriv child crash for ${ENDS}${STAGE}`,
    (pid, address = '') => ({ kind: 'crashed', address, servedBy: Number(pid) }),
  ),
  whole(
    'administratively prohibited connection for ',
    `administratively prohibited connection for ${NAME} from ${FROM}`,
    (user = '', ...at) => ({
      kind: 'not-allowed',
      user,
      because: 'refuse-connection',
      ...from(...at),
    }),
  ),
  ...['Disconnected from ', 'Connection closed by '].map((start) =>
    whole(`${start}user `, `${start}user ${NAME} ${FROM}`, (user = '', ...at) => ({
      kind: 'left',
      user,
      ...from(...at),
    })),
  ),
  ...['Connection closed by ', 'Connection reset by ', 'Disconnected from ', 'Disconnecting '].map(
    (start) =>
      whole(
        start,
        `${start}(?:(?:authenticating|invalid) user ${NAME} )?${FROM}(?:: .{1,200})?`,
        (user = '', ...at) => ({ kind: 'gone', ...(user === '' ? {} : { user }), ...from(...at) }),
      ),
  ),
]
