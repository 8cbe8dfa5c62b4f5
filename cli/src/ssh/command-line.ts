import type { ConnectLine } from './connect.ts'
import { parsePort } from './port.ts'
import {
  familyOf,
  lastValue,
  readWords,
  seeHelpOf,
  splitUser,
  type SshGrammar,
} from './read-words.ts'
import { checkOption } from './ssh-options.ts'

/** What was asked of `fleetkey ssh`, in ssh's own grammar plus our long options. */
export interface SshCommandLine extends ConnectLine {
  /** id, Name tag or address; undefined to pick from a list. */
  readonly target: string | undefined
  readonly osUser: string | undefined
  /** ssh_config file that the person names with -F. */
  readonly configFile: string | undefined
  readonly forwardAgent: boolean
  readonly command: readonly string[]
}

// ssh.c, getopt string (OpenSSH 10).
const SSH: SshGrammar = {
  program: 'ssh',
  letters: '46AaCfGgKkMNnqsTtVvXxYy',
  lettersWithValue: 'BbcDEeFIiJLlmOoPpQRSWw',
  operands: 1,
}

/** `[options] [USER@]INSTANCE [options] [--] [COMMAND…]`; options may stand on both sides of INSTANCE, as with ssh. */
export function parseSshCommandLine(argv: readonly string[]): SshCommandLine {
  const { letters, operands, rest, ...words } = readWords(argv, SSH)
  const agentLetter = letters.findLast(({ letter }) => letter === 'A' || letter === 'a')?.letter
  const [meant] = operands
  const { user, target } = meant === undefined ? {} : splitUser(meant)
  return {
    ...words,
    target,
    osUser: words.osUser ?? user ?? lastValue(letters, 'l'),
    family: familyOf(letters),
    port: parsePort(lastValue(letters, 'p'), seeHelpOf(SSH)),
    configFile: lastValue(letters, 'F'),
    forwardAgent: agentLetter === 'A',
    options: letters.flatMap(({ letter, value }) => checkOption(letter, value)),
    command: rest,
  }
}
