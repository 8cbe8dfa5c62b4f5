import type { LoginTarget } from './login-target.ts'

/** Files of one connection, in its private folder. */
export interface LoginFiles {
  readonly agentSocket: string
  readonly publicKey: string
  readonly knownHosts: string
  readonly config: string
}

/**
 * Everything that decides who the host is and which key is used, as `Name=value`. It stands first on the command line: ssh takes the
 * first value that it meets, so neither the person's options nor a configuration file can change it.
 */
export function firmOptions(
  target: LoginTarget,
  files: LoginFiles,
  asked: {
    /** Socket of the person's own agent, when they want it on the instance. */
    readonly forwardAgent: string | undefined
    /** What carries the connection; undefined when ssh connects by itself or as the person's own options say. */
    readonly proxyCommand: string | undefined
  },
): readonly string[] {
  return [
    // Words that older clients do not have are not needed there.
    'IgnoreUnknown=KnownHostsCommand',
    // The key: ours alone.
    `IdentityAgent=${files.agentSocket}`,
    `IdentityFile=${files.publicKey}`,
    'IdentitiesOnly=yes',
    'AddKeysToAgent=no',
    'PKCS11Provider=none',
    'PubkeyAuthentication=yes',
    'PasswordAuthentication=no',
    'KbdInteractiveAuthentication=no',
    'HostbasedAuthentication=no',
    'GSSAPIAuthentication=no',
    'PreferredAuthentications=publickey',
    // The host: recognised by the keys that its agent reported, never trusted on first use.
    `HostKeyAlias=${target.instanceId}`,
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${files.knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'KnownHostsCommand=none',
    'UpdateHostKeys=no',
    'CheckHostIP=no',
    'VerifyHostKeyDNS=no',
    'NoHostAuthenticationForLocalhost=no',
    'CanonicalizeHostname=no',
    `ForwardAgent=${asked.forwardAgent ?? 'no'}`,
    ...(asked.proxyCommand === undefined ? [] : [`ProxyCommand=${asked.proxyCommand}`]),
  ]
}

/** After the person's own: a connection that another ssh shares was let in by another key, unless they ask for that. */
export function unsharedUnless(options: readonly string[]): readonly string[] {
  return options.some(isSharing) ? [] : ['-o', 'ControlMaster=no', '-o', 'ControlPath=none']
}

/**
 * Stands in for ~/.ssh/config, whose IdentityFile lines would offer standing keys after ours was refused: a login that looks like ours
 * and is in no trail. What the system's administrator set (ciphers, locale) stays in force; -F brings a file of one's own.
 */
export const LOGIN_CONFIG = `Include /etc/ssh/ssh_config
Host *
  ConnectTimeout 15
  ServerAliveInterval 30
`

function isSharing(option: string): boolean {
  return option === '-M' || option === '-S' || /^\s*Control(?:Master|Path|Persist)\b/i.test(option)
}
