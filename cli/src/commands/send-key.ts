import type { Command } from 'commander'
import { GRANT_TTL_SECONDS } from '@fleetkey/domain/grant'
import { isOsUser } from '@fleetkey/domain/os-user'
import { textOf } from '../api/answer.ts'
import { SEND_SSH_PUBLIC_KEY } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure, usageFailure } from '../failure.ts'
import { findInstance, isInstanceId } from '../instance/find-instance.ts'
import { readInput } from '../input.ts'
import { printableJson } from '../output.ts'
import type { Screen } from '../screen.ts'

interface SendKeyFlags extends ListingFlags {
  readonly wait?: string | true
  readonly osUser: string
  readonly publicKey: string
}

/** `fleetkey send-key` */
export function sendKeyCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'send-key', {
    summary: `Push a public key to an instance. It can log in for ${GRANT_TTL_SECONDS} seconds.`,
    examples: [
      'fleetkey send-key web-1 --os-user ec2-user --public-key ~/.ssh/id_ed25519.pub',
      'fleetkey send-key i-0123456789abcdef0 --os-user deploy --public-key -  < key.pub',
      'fleetkey send-key web-1 --os-user deploy --public-key key.pub --wait    says who logs in with it, or why not',
    ],
  })
  return withListingFlags(command)
    .argument('<instance>', 'id, Name tag or address')
    .requiredOption('--os-user <name>', 'the account on the instance')
    .requiredOption('--public-key <file>', 'OpenSSH public key; - for standard input')
    .option(
      '--wait [seconds]',
      `say what becomes of the key, until it has logged in or cannot any more (default: ${GRANT_TTL_SECONDS})`,
    )
    .action(async (meant: string, flags: SendKeyFlags) => {
      const seconds = waitSeconds(flags.wait)
      const request = {
        osUser: checkOsUser(flags.osUser),
        publicKey: await readPublicKey(flags.publicKey),
      }
      await withApi(screen, flags, async (api) => {
        const instanceId = isInstanceId(meant) ? meant : (await findInstance(api, meant)).instanceId
        const asked = screen.now()
        const answer = await api.call(SEND_SSH_PUBLIC_KEY, {
          InstanceId: instanceId,
          InstanceOSUser: request.osUser,
          SSHPublicKey: request.publicKey,
        })
        const usableUntil = new Date(asked + GRANT_TTL_SECONDS * 1000)
        const requestId = textOf(answer, 'RequestId')
        const result = { instanceId, osUser: request.osUser, usableUntil, requestId }
        if (flags.output === 'json' && seconds === undefined) {
          return screen.out(`${printableJson(result)}\n`)
        }
        const clock = usableUntil.toTimeString().slice(0, 8)
        const said = `The key can log in as ${request.osUser} on ${instanceId} until ${clock} (${GRANT_TTL_SECONDS} s).\n`
        if (flags.output !== 'json') screen.out(said)
        if (seconds === undefined) return
        const { waitForLogin } = await import('../grants/wait-for-login.ts')
        await waitForLogin(api, { ...result, seconds, output: flags.output }, screen)
      })
    })
}

function waitSeconds(wait: SendKeyFlags['wait']): number | undefined {
  if (wait === undefined) return undefined
  if (wait === true) return GRANT_TTL_SECONDS
  const seconds = /^\d{1,3}$/.test(wait) ? Number(wait) : 0
  if (seconds >= 1 && seconds <= 120) return seconds
  throw usageFailure(`"${wait}" is no time to wait.`, 'Use seconds, 1 to 120: --wait 30')
}

function checkOsUser(name: string): string {
  if (isOsUser(name)) return name
  throw usageFailure(`"${name}" cannot be an account on an instance.`, 'See --os-user in --help')
}

/** The one public key of a file. A private key never leaves this machine, not even by mistake. */
async function readPublicKey(path: string): Promise<string> {
  const text = await readInput(path)
  const named = path === '-' ? 'standard input' : path
  if (text.includes('PRIVATE KEY')) {
    throw new Failure('usage', `${named} is a private key; nothing was sent.`, {
      todo: [
        path === '-'
          ? 'Give it the public half, the .pub file.'
          : `Name the public half, usually ${path}.pub`,
      ],
    })
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const [line] = lines
  if (line === undefined || lines.length > 1) {
    throw new Failure('usage', `${named} must hold one public key; it has ${lines.length} lines.`, {
      todo: ['Make one with: ssh-keygen -t ed25519 -f KEY, and name KEY.pub'],
    })
  }
  return line.trim()
}
