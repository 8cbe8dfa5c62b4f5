import { ENDING, isShortName } from './instance-names.ts'

/** What the files that ~/.ssh/config includes are made of. Paths are plain (see folders.ts). */
export interface ConfigParts {
  /** The one command, absolute. */
  readonly fleetkey: string
  /** An absolute `cat`. */
  readonly cat: string
  readonly configFolder: string
  readonly socketFolder: string
  /** Profile to connect with; undefined for the one that is in force then. */
  readonly profile: string | undefined
  /** Whom to log in as when ssh is not told; undefined for ssh's own default. */
  readonly osUser: string | undefined
  /** Name tags of the instances. */
  readonly names: readonly string[]
  /** Names that the person uses for other hosts. */
  readonly own: readonly string[]
}

/** Instances' ids, of 17 digits. */
const ID = `i-${'?'.repeat(17)}`

/**
 * Names and users with a quote are never ours. ssh puts names into a shell's command line, and older ones (before 9.6, CVE-2023-51385) take
 * any name: between single quotes nothing acts but a quote. In fish a backslash before the closing quote does, so a comma stands between.
 */
const ACTING = `!*'*`

/** The file that is included; the others are read anew by each ssh. */
export function entryText({ configFolder }: Pick<ConfigParts, 'configFolder'>): string {
  return `# Written by "fleetkey ssh-config install". Undo: fleetkey ssh-config uninstall
Include ${configFolder}/learn
Include ${configFolder}/hosts
`
}

/**
 * Asks for the names anew when ssh is given one that is neither known nor could be a host elsewhere. No part of the name goes into the
 * command. A name with a dot, such as github.com, costs nothing.
 */
export function learnText(parts: ConfigParts): string {
  const known = [...shown(parts), ...parts.own].map((name) => `!${name}`)
  const patterns = ['!*.*', '!*:*', '!localhost', `!${ID}`, ...known, '*']
  return `# An instance that is new: the list of names is fetched again (at most every ten seconds).
Match originalhost "${patterns.join(',')}" exec "${parts.fleetkey} ssh-config refresh --from-ssh"
`
}

export function hostsText(parts: ConfigParts): string {
  const { fleetkey, cat, socketFolder, profile, osUser } = parts
  const own = parts.own.map((name) => `!${name}`)
  const patterns = [ACTING, ...own, ID, `*${ENDING}`, ...shown(parts)]
  return `Match originalhost "${patterns.join(',')}" user "${[ACTING, '*'].join(',')}"
  # Finds the instance, connects to it (directly or by tunnel), pushes a key that lives 60 seconds.
  ProxyCommand ${fleetkey} ssh-config connect '%n,' '%h,' '%p,' '%r,' '${profile ?? ''}'
  # The key, out of that process's memory.
  IdentityAgent ${socketFolder}/%C
  IdentityFile none
  IdentitiesOnly no
  PubkeyAuthentication yes
  PreferredAuthentications publickey
  # The host: recognised by the keys that its agent reported, never trusted on first use.
  KnownHostsCommand ${cat} ${socketFolder}/%C.hosts
  UserKnownHostsFile /dev/null
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  UpdateHostKeys no
  CheckHostIP no
  VerifyHostKeyDNS no
  CanonicalizeHostname no
${osUser === undefined ? '' : `  User ${osUser}\n`}`
}

/** The names that plain ssh takes, each once, in order. */
export function shown({ names, own }: Pick<ConfigParts, 'names' | 'own'>): readonly string[] {
  const taken = new Set(own.map((name) => name.toLowerCase()))
  return [...new Set(names)]
    .filter((name) => isShortName(name) && !taken.has(name.toLowerCase()))
    .toSorted()
}
