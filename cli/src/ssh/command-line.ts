import type { ConnectionFlags } from '../config/settings.ts'
import { usageFailure } from '../failure.ts'
import { checkOption } from './ssh-options.ts'

/** What was asked of `fleetkey ssh`, in ssh's own grammar plus our long options. */
export interface SshCommandLine {
  readonly flags: ConnectionFlags
  /** id, Name tag or address; undefined to pick from a list. */
  readonly target: string | undefined
  readonly osUser: string | undefined
  readonly address: string | undefined
  readonly family: 4 | 6 | undefined
  readonly port: number | undefined
  /** ssh_config file that the person names with -F. */
  readonly configFile: string | undefined
  readonly forwardAgent: boolean
  readonly verbose: boolean
  readonly printCommand: boolean
  /** For ssh, checked, in the order given. */
  readonly options: readonly string[]
  readonly command: readonly string[]
}

// ssh.c, getopt string (OpenSSH 10): letters alone and letters that take a value.
const LETTERS = '46AaCfGgKkMNnqsTtVvXxYy'
const LETTERS_WITH_VALUE = 'BbcDEeFIiJLlmOoPpQRSWw'
const OUR_VALUES = ['profile', 'endpoint', 'region', 'os-user', 'address'] as const
const OUR_SWITCHES = ['verbose', 'print-command'] as const

type OurValue = (typeof OUR_VALUES)[number]

/** `[options] [USER@]INSTANCE [options] [--] [COMMAND…]`; options may stand on both sides of INSTANCE, as with ssh. */
export function parseSshCommandLine(argv: readonly string[]): SshCommandLine {
  const values: Partial<Record<OurValue, string>> = {}
  const switches = new Set<string>()
  const letters: { letter: string; value: string | undefined }[] = []
  let meant: string | undefined
  let at = 0
  const valueAfter = (option: string): string => {
    at += 1
    const value = argv[at]
    if (value === undefined) throw usageFailure(`${option} needs a value.`, SEE_HELP)
    return value
  }

  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (word === '--') {
      at += 1
      if (meant === undefined && at < argv.length) {
        meant = argv[at]
        at += 1
      }
      break
    }
    if (word.startsWith('--')) {
      const [name, given] = split(word.slice(2), '=')
      if (isOneOf(OUR_VALUES, name)) values[name] = given ?? valueAfter(word)
      else if (isOneOf(OUR_SWITCHES, name) && given === undefined) switches.add(name)
      else throw usageFailure(`"${word}" is not an option of fleetkey ssh.`, SEE_HELP)
    } else if (word.startsWith('-') && word.length > 1) {
      for (let i = 1; i < word.length; i += 1) {
        const letter = word.charAt(i)
        if (LETTERS.includes(letter)) {
          letters.push({ letter, value: undefined })
        } else if (LETTERS_WITH_VALUE.includes(letter)) {
          letters.push({ letter, value: word.slice(i + 1) || valueAfter(`-${letter}`) })
          break
        } else {
          throw usageFailure(`ssh has no option -${letter}.`, SEE_HELP)
        }
      }
    } else if (meant === undefined) {
      meant = word
    } else {
      break
    }
  }

  const lastValue = (letter: string) => letters.findLast((l) => l.letter === letter)?.value
  const family = letters.findLast(({ letter }) => letter === '4' || letter === '6')?.letter
  const agentLetter = letters.findLast(({ letter }) => letter === 'A' || letter === 'a')?.letter
  const { user, target } = splitUser(meant)
  return {
    flags: {
      ...(values.profile === undefined ? {} : { profile: values.profile }),
      ...(values.endpoint === undefined ? {} : { endpoint: values.endpoint }),
      ...(values.region === undefined ? {} : { region: values.region }),
    },
    target,
    osUser: values['os-user'] ?? user ?? lastValue('l'),
    address: values.address,
    family: family === undefined ? undefined : family === '4' ? 4 : 6,
    port: parsePort(lastValue('p')),
    configFile: lastValue('F'),
    forwardAgent: agentLetter === 'A',
    verbose: switches.has('verbose'),
    printCommand: switches.has('print-command'),
    options: letters.flatMap(({ letter, value }) => checkOption(letter, value)),
    command: argv.slice(at),
  }
}

const SEE_HELP = 'See: fleetkey ssh --help'

/** At the last @, as ssh does: osUsers may hold one. */
function splitUser(meant: string | undefined): { user?: string; target: string | undefined } {
  const cut = meant?.lastIndexOf('@') ?? -1
  if (meant === undefined || cut === -1) return { target: meant }
  return { user: meant.slice(0, cut), target: meant.slice(cut + 1) }
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw usageFailure(`"${text}" is not a port.`, SEE_HELP)
  return port
}

function split(text: string, at: string): [string, string | undefined] {
  const cut = text.indexOf(at)
  return cut === -1 ? [text, undefined] : [text.slice(0, cut), text.slice(cut + 1)]
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name)
}
