import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { DeliveryFailed } from '../delivery.ts'
import { runProgram } from '../install/run-program.ts'

/** Where programs look for instance metadata (link-local, RFC 3927). The host package knows no other place. */
export const METADATA_ADDRESS = '169.254.169.254'
export const METADATA_PORT = 80

/** By this name of it (an address label, ip-address(8)) an address that an earlier run left is known to be ours. */
const LABEL = 'lo:fleetkey'
const PROBE_MS = 1000

/** Arguments of ip(8). Scope host: nothing is sent from it to others. */
// prettier-ignore
export const addAddress: readonly string[] =
  ['address', 'add', `${METADATA_ADDRESS}/32`, 'dev', 'lo', 'scope', 'host', 'label', LABEL]

/**
 * Gives the loopback card the address of the metadata service. Throws DeliveryFailed rather than stand before a service that is there
 * already: a cloud's own metadata are how its machines get their roles, keys and disks.
 *
 * It stays there without an agent, until the delivery is another. The host package believes whoever answers at this address: it takes the
 * root that it is served for a trusted one (measured; docs/operate/amazon-host-package.md). Were the address not this host's own, its
 * questions would go to the network, and a neighbour could let anybody in.
 */
export async function addMetadataAddress(): Promise<void> {
  const holder = findHolder()
  if (holder === LABEL) return
  if (holder !== undefined) {
    throw new DeliveryFailed(
      `${METADATA_ADDRESS} is an address of ${holder} on this host already: take it away (ip address del), or use the delivery "command".`,
    )
  }
  if (await isAnswering()) throw answersAlready()
  await mustIp(addAddress)
}

/** Takes away what addMetadataAddress gave; nothing that others gave. */
export async function removeMetadataAddress(): Promise<void> {
  if (findHolder() === LABEL)
    await mustIp(['address', 'del', `${METADATA_ADDRESS}/32`, 'dev', 'lo'])
}

export const hasMetadataAddress = (): boolean => findHolder() === LABEL

/** Throws DeliveryFailed where a metadata service that is not ours answers, e.g. that of the cloud which this host is in. */
export async function refuseOtherMetadata(): Promise<void> {
  if (!hasMetadataAddress() && (await isAnswering())) throw answersAlready()
}

const answersAlready = () =>
  new DeliveryFailed(
    `A metadata service answers at ${METADATA_ADDRESS} already, as in a cloud: it must stay the only one. Use the delivery "command".`,
  )

/** getifaddrs(3) gives an address's label for its interface. */
function findHolder(): string | undefined {
  return Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses?.some(({ address }) => address === METADATA_ADDRESS),
  )?.[0]
}

function isAnswering(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: METADATA_ADDRESS, port: METADATA_PORT })
    const done = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    socket.setTimeout(PROBE_MS, () => done(false))
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}

async function mustIp(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram(['ip', ...args])
  if (code === 0) return
  throw new DeliveryFailed(
    `${METADATA_ADDRESS} could not be set on the loopback card (ip ${args.slice(0, 2).join(' ')}): ${stderr.trim()}. The agent must run as root, and the program ip (iproute2) be installed.`,
  )
}
