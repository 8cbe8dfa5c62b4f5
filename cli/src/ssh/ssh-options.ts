import { usageFailure } from '../failure.ts'

/**
 * Which options of ssh a person may add to `fleetkey ssh`. Ours stand first on ssh's command line and the first value wins, so none
 * of these could undo host key checks or the one-time key anyway; what would have no effect, or would add a standing key
 * (IdentityFile and its like are the only options that add up), is refused with the reason instead of silently ignored.
 * ProxyCommand is allowed: it is the person's own command on their own machine, and the names that its % words stand for
 * (address, osUser, instance id) were checked.
 */
export function checkOption(letter: string, value: string | undefined): readonly string[] {
  switch (letter) {
    // Read by us: see SshCommandLine.
    case '4':
    case '6':
    case 'A':
    case 'a':
    case 'F':
    case 'l':
    case 'p':
      return []
    case 'i':
    case 'I':
      throw usageFailure(
        `-${letter} names a key, but fleetkey makes one for each connection.`,
        'Leave it out. To push a key of your own: fleetkey send-key',
      )
    case 'G':
      throw usageFailure('-G is not for fleetkey ssh.', 'See what would be run: --print-command')
    case 'O':
    case 'Q':
    case 'V':
      throw usageFailure(`-${letter} needs no instance.`, `Run it as: ssh -${letter} …`)
    case 'J':
      return ['-J', checkJump(value ?? '')]
    case 'o':
      return ['-o', checkConfigOption(value ?? '')]
    default:
      return value === undefined ? [`-${letter}`] : [`-${letter}`, value]
  }
}

/** The same for scp and sftp, whose letters mean other things. */
export function checkCopyOption(letter: string, value: string | undefined): readonly string[] {
  switch (letter) {
    // Read by us: see CopyLine.
    case '4':
    case '6':
    case 'F':
    case 'P':
      return []
    case 'i':
      throw usageFailure(
        '-i names a key, but fleetkey makes one for each connection.',
        'Leave it out. To push a key of your own: fleetkey send-key',
      )
    case 'A':
      throw usageFailure('-A is not for copying.', 'Use fleetkey ssh -A')
    case 'S':
      throw usageFailure('-S names another ssh.', 'Leave it out.')
    case 'D':
    case 'M':
      throw usageFailure(`-${letter} needs no instance.`, `Run it without fleetkey: -${letter} …`)
    case 'J':
      return ['-J', checkJump(value ?? '')]
    case 'o':
      return ['-o', checkConfigOption(value ?? '')]
    default:
      return value === undefined ? [`-${letter}`] : [`-${letter}`, value]
  }
}

const KEYS_ARE_OURS = 'Leave it out: fleetkey makes a key for each connection.'
const HOST_KEYS_ARE_KNOWN =
  'Leave it out: host keys come from the instance’s agent and are checked.'

const REFUSED: Readonly<Record<string, string>> = {
  addkeystoagent: KEYS_ARE_OURS,
  certificatefile: KEYS_ARE_OURS,
  identitiesonly: KEYS_ARE_OURS,
  identityagent: KEYS_ARE_OURS,
  identityfile: KEYS_ARE_OURS,
  pkcs11provider: KEYS_ARE_OURS,
  pubkeyauthentication: KEYS_ARE_OURS,
  preferredauthentications: KEYS_ARE_OURS,
  passwordauthentication: KEYS_ARE_OURS,
  kbdinteractiveauthentication: KEYS_ARE_OURS,
  challengeresponseauthentication: KEYS_ARE_OURS,
  hostbasedauthentication: KEYS_ARE_OURS,
  gssapiauthentication: KEYS_ARE_OURS,
  canonicalizehostname: HOST_KEYS_ARE_KNOWN,
  checkhostip: HOST_KEYS_ARE_KNOWN,
  globalknownhostsfile: HOST_KEYS_ARE_KNOWN,
  hostkeyalias: HOST_KEYS_ARE_KNOWN,
  knownhostscommand: HOST_KEYS_ARE_KNOWN,
  nohostauthenticationforlocalhost: HOST_KEYS_ARE_KNOWN,
  stricthostkeychecking: HOST_KEYS_ARE_KNOWN,
  updatehostkeys: HOST_KEYS_ARE_KNOWN,
  userknownhostsfile: HOST_KEYS_ARE_KNOWN,
  verifyhostkeydns: HOST_KEYS_ARE_KNOWN,
  forwardagent: 'Use -A',
  hostname: 'Use --address',
  ignoreunknown: 'Leave it out.',
  include: 'Use -F',
  port: 'Use -p',
  user: 'Use USER@INSTANCE or --os-user',
}

function checkConfigOption(text: string): string {
  const match = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)\S/.exec(text)
  if (!match)
    throw usageFailure(`-o "${text}" is not NAME=VALUE.`, 'Write it as ssh_config(5) does.')
  const name = match[1] ?? ''
  const why = REFUSED[name.toLowerCase()]
  if (why === undefined) return text
  throw usageFailure(`-o ${name} is not for fleetkey ssh.`, why)
}

/** ssh puts the jump into a command for a shell: only what names and addresses are made of. */
function checkJump(text: string): string {
  const hop =
    /^(?:[A-Za-z0-9_][A-Za-z0-9_.@-]*@)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/
  if (text.split(',').every((part) => hop.test(part))) return text
  throw usageFailure(
    `-J "${text}" is not a host to jump through.`,
    'Write it like -J user@bastion:22',
  )
}
