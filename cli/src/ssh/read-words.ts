import type { ConnectionFlags } from '../config/settings.ts'
import { usageFailure } from '../failure.ts'
import { parseMaxDuration } from '../tunnels/max-duration.ts'
import { isVia, type Via } from '../tunnels/via.ts'

/** The grammar of one of OpenSSH's programs: letters alone and letters that take a value. */
export interface SshGrammar {
  readonly program: 'ssh' | 'scp' | 'sftp'
  readonly letters: string
  readonly lettersWithValue: string
  /** So many words may stand between options; the next one begins what is no option whatever it looks like. */
  readonly operands: number
}

export interface SshLetter {
  readonly letter: string
  readonly value: string | undefined
}

/** A command line of ours around one of theirs: our long options, its letters, and the words that are neither. */
export interface SshWords {
  readonly flags: ConnectionFlags
  readonly osUser: string | undefined
  readonly address: string | undefined
  readonly via: Via
  /** Checked: `8h`. */
  readonly maxDuration: string | undefined
  readonly verbose: boolean
  readonly printCommand: boolean
  readonly letters: readonly SshLetter[]
  readonly operands: readonly string[]
  readonly rest: readonly string[]
}

const OUR_VALUES = [
  'profile',
  'endpoint',
  'region',
  'os-user',
  'address',
  'via',
  'max-duration',
] as const
const OUR_SWITCHES = ['verbose', 'print-command'] as const

type OurValue = (typeof OUR_VALUES)[number]

export function readWords(argv: readonly string[], grammar: SshGrammar): SshWords {
  const seeHelp = seeHelpOf(grammar)
  const values: Partial<Record<OurValue, string>> = {}
  const switches = new Set<string>()
  const letters: SshLetter[] = []
  const operands: string[] = []
  let at = 0
  const valueAfter = (option: string): string => {
    at += 1
    const value = argv[at]
    if (value === undefined) throw usageFailure(`${option} needs a value.`, seeHelp)
    return value
  }

  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (word === '--') {
      at += 1
      while (operands.length < grammar.operands && at < argv.length) {
        operands.push(argv[at] ?? '')
        at += 1
      }
      break
    }
    if (word.startsWith('--')) {
      const [name, given] = split(word.slice(2), '=')
      if (isOneOf(OUR_VALUES, name)) values[name] = given ?? valueAfter(word)
      else if (isOneOf(OUR_SWITCHES, name) && given === undefined) switches.add(name)
      else throw usageFailure(`"${word}" is not an option of fleetkey ${grammar.program}.`, seeHelp)
    } else if (word.startsWith('-') && word.length > 1) {
      letters.push(...readLetters(word, { grammar, valueAfter, seeHelp }))
    } else if (operands.length < grammar.operands) {
      operands.push(word)
    } else {
      break
    }
  }

  const { via = 'auto' } = values
  if (!isVia(via)) throw usageFailure(`"${via}" is no way.`, 'Use --via auto, direct or tunnel')
  parseMaxDuration(values['max-duration'], seeHelp)
  return {
    flags: {
      ...(values.profile === undefined ? {} : { profile: values.profile }),
      ...(values.endpoint === undefined ? {} : { endpoint: values.endpoint }),
      ...(values.region === undefined ? {} : { region: values.region }),
    },
    osUser: values['os-user'],
    address: values.address,
    via,
    maxDuration: values['max-duration'],
    verbose: switches.has('verbose'),
    printCommand: switches.has('print-command'),
    letters,
    operands,
    rest: argv.slice(at),
  }
}

export const seeHelpOf = ({ program }: Pick<SshGrammar, 'program'>): string =>
  `See: fleetkey ${program} --help`

/** The value of a letter, of several the last. */
export function lastValue(letters: readonly SshLetter[], letter: string): string | undefined {
  return letters.findLast((given) => given.letter === letter)?.value
}

/** -4 or -6, whichever came last. */
export function familyOf(letters: readonly SshLetter[]): 4 | 6 | undefined {
  const last = letters.findLast(({ letter }) => letter === '4' || letter === '6')?.letter
  return last === undefined ? undefined : last === '4' ? 4 : 6
}

/** At the last @, as ssh does: osUsers may hold one. */
export function splitUser(meant: string): { readonly user?: string; readonly target: string } {
  const cut = meant.lastIndexOf('@')
  return cut === -1
    ? { target: meant }
    : { user: meant.slice(0, cut), target: meant.slice(cut + 1) }
}

function readLetters(
  word: string,
  by: {
    readonly grammar: SshGrammar
    readonly valueAfter: (option: string) => string
    readonly seeHelp: string
  },
): readonly SshLetter[] {
  const { letters, lettersWithValue, program } = by.grammar
  const read: SshLetter[] = []
  for (let i = 1; i < word.length; i += 1) {
    const letter = word.charAt(i)
    if (letters.includes(letter)) {
      read.push({ letter, value: undefined })
    } else if (lettersWithValue.includes(letter)) {
      read.push({ letter, value: word.slice(i + 1) || by.valueAfter(`-${letter}`) })
      return read
    } else {
      throw usageFailure(`${program} has no option -${letter}.`, by.seeHelp)
    }
  }
  return read
}

function split(text: string, at: string): [string, string | undefined] {
  const cut = text.indexOf(at)
  return cut === -1 ? [text, undefined] : [text.slice(0, cut), text.slice(cut + 1)]
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name)
}
