import type { Command } from 'commander'
import { asAnswer, textOf, textsOf } from '../../api/answer.ts'
import type { ApiClient } from '../../api/api-client.ts'
import { fleetkeyOperation, iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { secretAsker } from '../../ask.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { confirm } from '../../confirm.ts'
import { Failure } from '../../failure.ts'
import { printable, printableJson } from '../../output.ts'
import { printListing, type Screen } from '../../screen.ts'
import { readDevices } from './held-facts.ts'

type Api = Pick<ApiClient, 'call'>

/** `fleetkey iam mfa …`: second factors. */
export function mfaCommand(screen: Screen): Command {
  return defineCommand(screen, 'mfa', {
    summary: 'Second factors: an authenticator app beside the password.',
    examples: ['fleetkey iam mfa enable alice', 'fleetkey iam mfa recovery-codes alice'],
  })
    .addCommand(listCommand(screen))
    .addCommand(enableCommand(screen))
    .addCommand(recoveryCodesCommand(screen))
    .addCommand(removeCommand(screen))
}

function listCommand(screen: Screen): Command {
  const about = {
    summary: "List a user's devices.",
    examples: ['fleetkey iam mfa list alice'],
  }
  return withListingFlags(defineCommand(screen, 'list', about))
    .argument('<user>')
    .action(async (userName: string, flags: ListingFlags) => {
      const serials = await withApi(screen, flags, (api) => readDevices(api, userName))
      printListing(screen, flags.output, {
        headings: ['DEVICE'],
        rows: serials.map((serial) => [serial]),
        json: serials,
        whenEmpty: `${printable(userName)} has no second factor.`,
      })
    })
}

interface EnableFlags extends ConnectionFlags {
  readonly name?: string
}

function enableCommand(screen: Screen): Command {
  const about = {
    summary: 'Make an authenticator app the second factor of a user.',
    examples: [
      'fleetkey iam mfa enable alice',
      'fleetkey iam mfa enable alice --name alice-tablet      a second device',
      '',
      '  It shows the seed as a picture to scan, and asks for two codes that follow one another',
      '  (without a terminal: on standard input, a line each).',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'enable', about))
    .argument('<user>')
    .option('--name <device>', 'name of the device; the name of the user unless given')
    .action(async (UserName: string, flags: EnableFlags) => {
      await withApi(screen, flags, async (api) => {
        const device = await createDevice(api, flags.name ?? UserName)
        try {
          await showSeed(screen, UserName, device.seed)
          await enable(screen, api, { UserName, serialNumber: device.serialNumber })
        } catch (error) {
          // A device that is nobody's would keep its name taken, and its seed has been shown.
          await forget(api, device.serialNumber)
          throw error
        }
      })
      screen.out(`${printable(UserName)} now proves with the app that it is them.\n`)
      screen.err(`For the day it is lost: fleetkey iam mfa recovery-codes ${printable(UserName)}\n`)
    })
}

interface Device {
  readonly serialNumber: string
  /** Base32, as authenticator apps take it. */
  readonly seed: string
}

async function createDevice(api: Api, VirtualMFADeviceName: string): Promise<Device> {
  const operation = iamOperation('CreateVirtualMFADevice')
  const answer = await api.call(operation, { VirtualMFADeviceName })
  const device = asAnswer(answer['VirtualMFADevice'], 'VirtualMFADevice')
  return {
    serialNumber: textOf(device, 'SerialNumber'),
    // AWS's blob holds the base32 text.
    seed: Buffer.from(textOf(device, 'Base32StringSeed'), 'base64').toString('ascii'),
  }
}

/** To the terminal of the person alone: what goes to stdout may be kept in a file. */
async function showSeed(screen: Screen, userName: string, seed: string): Promise<void> {
  const { renderUnicodeCompact } = await import('uqr')
  const label = encodeURIComponent(`Fleetkey:${userName}`)
  const uri = `otpauth://totp/${label}?secret=${seed}&issuer=Fleetkey`
  screen.err(`${renderUnicodeCompact(uri, { border: 2 })}\n\n`)
  screen.err(`Scan it with an authenticator app, or type the seed: ${printable(seed)}\n`)
}

async function enable(
  screen: Screen,
  api: Api,
  { UserName, serialNumber }: { readonly UserName: string; readonly serialNumber: string },
): Promise<void> {
  const askFor = secretAsker(screen, 'Give two codes that follow one another, a line each.')
  await api.call(iamOperation('EnableMFADevice'), {
    UserName,
    SerialNumber: serialNumber,
    AuthenticationCode1: (await askFor('The code it shows: ')).trim(),
    AuthenticationCode2: (await askFor('The next one (wait for it): ')).trim(),
  })
}

async function forget(api: Api, SerialNumber: string): Promise<void> {
  try {
    await api.call(iamOperation('DeleteVirtualMFADevice'), { SerialNumber })
  } catch (error) {
    // What went wrong first is what the person must hear.
    if (!(error instanceof Failure)) throw error
  }
}

function recoveryCodesCommand(screen: Screen): Command {
  const about = {
    summary: 'Make ten codes for the day the device is lost. Earlier ones are void from then on.',
    examples: ['fleetkey iam mfa recovery-codes alice'],
  }
  return withListingFlags(defineCommand(screen, 'recovery-codes', about))
    .argument('<user>')
    .action(async (UserName: string, flags: ListingFlags) => {
      const answer = await withApi(screen, flags, (api) =>
        api.call(fleetkeyOperation('CreateRecoveryCodes'), { UserName }),
      )
      const codes = textsOf(answer, 'RecoveryCodes')
      if (flags.output === 'json') return screen.out(`${printableJson(codes)}\n`)
      for (const code of codes) screen.out(`${printable(code)}\n`)
      screen.err('Each is good once, in place of a code of the device. They are shown only now.\n')
    })
}

interface RemoveFlags extends ConnectionFlags {
  readonly yes?: true
  readonly device?: string
}

function removeCommand(screen: Screen): Command {
  const about = {
    summary: 'Take a second factor away: the password alone then opens, if no other is left.',
    examples: [
      'fleetkey iam mfa remove alice',
      'fleetkey iam mfa remove alice --device arn:aws:iam::111122223333:mfa/alice-tablet',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'remove', about))
    .argument('<user>')
    .option('--device <arn>', 'which one, if there are several')
    .option('--yes', 'do not ask')
    .action(async (UserName: string, flags: RemoveFlags) => {
      await withApi(screen, flags, async (api) => {
        const serials = await readDevices(api, UserName)
        const SerialNumber = flags.device ?? onlyDevice(serials, UserName)
        const question = `Take the second factor ${printable(SerialNumber)} away?`
        await confirm(screen, { question, yes: flags.yes })
        await api.call(iamOperation('DeactivateMFADevice'), { UserName, SerialNumber })
        await api.call(iamOperation('DeleteVirtualMFADevice'), { SerialNumber })
      })
      screen.out(`The device of ${printable(UserName)} is removed.\n`)
    })
}

function onlyDevice(serials: readonly string[], userName: string): string {
  const [only, second] = serials
  if (only === undefined) throw new Failure('notFound', `${userName} has no second factor.`)
  if (second === undefined) return only
  throw new Failure('ambiguous', `${userName} has several devices.`, {
    why: serials,
    todo: ['Say which: --device ARN'],
  })
}
