import { usageFailure } from '../failure.ts'
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
import { checkCopyOption } from './ssh-options.ts'

/** What was asked of `fleetkey scp` or `sftp`, in their own grammar plus our long options. */
export interface CopyLine extends ConnectLine {
  /** id, Name tag or address of the one instance. */
  readonly target: string
  readonly osUser: string | undefined
  readonly configFile: string | undefined
  /** The operands for the program when the instance is called by its id. */
  operands(instanceId: string): readonly string[]
}

// scp.c and sftp.c, getopt strings (OpenSSH 10).
const SCP: SshGrammar = {
  program: 'scp',
  letters: '346ABCOpqRrTsv',
  lettersWithValue: 'cDFiJlMoPSX',
  operands: Number.POSITIVE_INFINITY,
}
const SFTP: SshGrammar = {
  program: 'sftp',
  letters: '46AaCfNpqrv',
  lettersWithValue: 'BbcDFiJlMoPRSsX',
  operands: Number.POSITIVE_INFINITY,
}

/** `[options] SOURCE… TARGET`, each a local path or `[USER@]INSTANCE:PATH`. */
export function parseScpLine(argv: readonly string[]): CopyLine {
  const read = readWords(argv, SCP)
  const operands = read.operands.map(scpOperand)
  if (operands.length < 2) throw usageFailure('scp needs a source and a target.', seeHelpOf(SCP))
  const remote = operands.flatMap((operand) => (operand.instance === undefined ? [] : [operand]))
  const [first] = remote
  if (!first) {
    throw usageFailure(
      'None of the paths is at an instance.',
      'Write one as [USER@]INSTANCE:PATH, e.g. web-1:/etc/hosts',
    )
  }
  const other = remote.find(
    ({ instance, user }) => instance !== first.instance || user !== first.user,
  )
  if (other) throw twoInstances(first.instance ?? '', other.instance ?? '')
  return {
    ...rest(read, SCP),
    target: first.instance ?? '',
    osUser: read.osUser ?? first.user,
    operands: (instanceId) =>
      operands.map(({ instance, path }) =>
        instance === undefined ? path : `${instanceId}:${path}`,
      ),
  }
}

/** `[options] [USER@]INSTANCE[:PATH]` */
export function parseSftpLine(argv: readonly string[]): CopyLine {
  const read = readWords(argv, SFTP)
  const [meant, ...more] = read.operands
  if (meant === undefined || more.length > 0) {
    throw usageFailure('sftp takes one instance.', seeHelpOf(SFTP))
  }
  const place = scpOperand(meant.includes(':') ? meant : `${meant}:`)
  if (place.instance === undefined) {
    throw usageFailure(
      `"${meant}" is no place at an instance.`,
      'Write it as [USER@]INSTANCE[:PATH]',
    )
  }
  const { instance, user, path } = place
  return {
    ...rest(read, SFTP),
    target: instance,
    osUser: read.osUser ?? user,
    operands: (instanceId) => [path === '' ? instanceId : `${instanceId}:${path}`],
  }
}

function rest(read: ReturnType<typeof readWords>, grammar: SshGrammar) {
  const { letters, operands: _operands, rest: _rest, ...words } = read
  return {
    ...words,
    family: familyOf(letters),
    port: parsePort(lastValue(letters, 'P'), seeHelpOf(grammar)),
    configFile: lastValue(letters, 'F'),
    options: letters.flatMap(({ letter, value }) => checkCopyOption(letter, value)),
  }
}

/** A path here, or at an instance: with a colon before the first slash (scp.c, colon()); an IPv6 address stands in brackets. */
function scpOperand(word: string): {
  readonly instance: string | undefined
  readonly user?: string
  readonly path: string
} {
  if (/^s(?:cp|ftp):\/\//.test(word)) {
    throw usageFailure(`"${word}" is not taken here.`, 'Write it as [USER@]INSTANCE:PATH')
  }
  const [, place = '', path = ''] =
    /^([^/:[\]]*|(?:[^/:[\]]*@)?\[[^/[\]]+\]):(.*)$/s.exec(word) ?? []
  const { user, target } = splitUser(place)
  if (target === '') return { instance: undefined, path: word }
  const instance = target.replace(/^\[|\]$/g, '')
  return user === undefined ? { instance, path } : { instance, user, path }
}

function twoInstances(one: string, other: string) {
  return usageFailure(
    `${one} and ${other}: a key is for one account of one instance.`,
    'Copy in two steps, by way of this machine; or with plain scp -3 after: fleetkey ssh-config install',
  )
}
