/** Where a connection comes from. */
interface From {
  readonly address: string
  readonly port: number
}

interface OfUser extends From {
  readonly user: string
}

interface Method extends OfUser {
  /** As sshd names it: `publickey`, `password`, `keyboard-interactive/pam`, `none` … */
  readonly method: string
  /** `SHA256:…`, of a plain key; undefined for other methods, certificates, and where sshd names keys by MD5. */
  readonly fingerprint?: string
}

/** Why sshd lets an account in by no method at all: see allowed_user() in OpenSSH's auth.c. */
export type NotAllowed =
  | 'locked'
  /** By sshd itself, without PAM; it says then that it is locked, too. */
  | 'expired'
  | 'shell-missing'
  | 'shell-not-executable'
  | 'deny-users'
  | 'allow-users'
  | 'no-group'
  | 'deny-groups'
  | 'allow-groups'
  /** RefuseConnection, 9.9 and later. */
  | 'refuse-connection'

/** What one message of sshd says, as far as it tells why a login works or does not. Texts inside come from outside: see printable.ts. */
export type SshdWord =
  | (From & { readonly kind: 'connected' })
  | (Method & { readonly kind: 'accepted' })
  /** The method worked, and AuthenticationMethods wants more. */
  | (Method & { readonly kind: 'partial' })
  /** At LogLevel VERBOSE, or for a user that sshd does not take, or from half of MaxAuthTries on. */
  | (Method & { readonly kind: 'failed'; readonly isUserTaken: boolean })
  | (OfUser & { readonly kind: 'user-unknown' })
  | {
      readonly kind: 'not-allowed'
      readonly user: string
      readonly because: NotAllowed
      /** The shell, where it is the reason. */
      readonly shell?: string
      readonly address?: string
      readonly port?: number
    }
  | (From & { readonly kind: 'root-refused' })
  /** The key stands in a file or came from the command, and its options allow it. */
  | { readonly kind: 'key-found'; readonly fingerprint: string; readonly place: string }
  /** The key stands there, and its options forbid it: expiry-time is one of them. */
  | { readonly kind: 'key-options-refused' }
  /** StrictModes: owner or mode of a file or directory. */
  | { readonly kind: 'bad-permissions'; readonly says: string }
  | { readonly kind: 'key-file-unreadable'; readonly path: string; readonly reason: string }
  | { readonly kind: 'algorithm-refused'; readonly says: string }
  | { readonly kind: 'command-failed'; readonly how: 'status' | 'signal'; readonly code: number }
  | { readonly kind: 'command-missing'; readonly path: string; readonly reason: string }
  | { readonly kind: 'command-unsafe'; readonly path: string; readonly reason: string }
  | { readonly kind: 'command-user-unknown'; readonly user: string }
  | (OfUser & { readonly kind: 'too-many-tries' })
  | { readonly kind: 'pam-refused'; readonly user: string }
  /** A PAM module's own reason, in its account rules. */
  | { readonly kind: 'pam-said'; readonly module: string; readonly says: string }
  | {
      readonly kind: 'dropped'
      /** `hosts`: by /etc/hosts.deny, where sshd is built with libwrap. */
      readonly because: 'max-startups' | 'penalty' | 'hosts'
      readonly address: string
      readonly port?: number
      /** What the address is penalised for, in sshd's words; not known of all. */
      readonly penalty?: string
    }
  /** The listener drops connections of these addresses (`10.0.0.9/32`) for so long, or longer when they go on. */
  | { readonly kind: 'penalised'; readonly network: string; readonly seconds: number }
  /** LoginGraceTime was over. From 9.8 on the listener says so, which names no port but the process that served it. */
  | {
      readonly kind: 'too-slow'
      readonly address: string
      readonly port?: number
      readonly servedBy?: number
    }
  /** sshd's own process for the connection came to grief; said by the listener, 9.8 and later. */
  | { readonly kind: 'crashed'; readonly address: string; readonly servedBy: number }
  /** The connection ended before anybody was logged in. */
  | (From & { readonly kind: 'gone'; readonly user?: string })
  /** A session ended. */
  | (OfUser & { readonly kind: 'left' })
  /** The process that serves a session from here on. */
  | { readonly kind: 'child'; readonly pid: number }

export interface HeardWord {
  readonly word: SshdWord
  /** Of sshd's process for that connection; unknown where sshd writes to a file. */
  readonly pid?: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Hundredths of a second since boot, when the agent heard it. */
  readonly bootAt: number
}
