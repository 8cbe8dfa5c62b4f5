import { InvalidArgumentError, type Command } from 'commander'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { SITE_TAG } from '@fleetkey/domain/site'
import type { ApiClient } from '../api/api-client.ts'
import { answersOf, textOf } from '../api/answer.ts'
import { RUN_INSTANCES } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, severalTimes, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure, usageFailure } from '../failure.ts'
import { listInstances, type ListedInstance } from '../instance/list-instances.ts'
import { untilInterrupted } from '../interrupt.ts'
import { printListing, type Screen } from '../screen.ts'
import { parseSpan } from '@fleetkey/domain/span'
import { parseTag, type ApiTag } from './instances-tag.ts'

interface LaunchFlags extends ListingFlags {
  readonly image: string
  readonly count: number
  readonly type?: string
  readonly name?: string
  readonly tag: readonly string[]
  readonly site?: string
  readonly userData?: string
  readonly wait?: true
  readonly timeout: string
}

/** `fleetkey instances launch` */
export function launchCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'launch', {
    summary: 'Make instances that hosts are to become: pending until a host joins as each.',
    examples: [
      'fleetkey instances launch --name web-7 --tag Env=production',
      'fleetkey instances launch --image small-vm --count 3 --site berlin --wait',
      'fleetkey instances launch --user-data cloud-config.yaml --output json',
    ],
  })
  return withListingFlags(command)
    .option('--image <id>', 'fleetkey-host is a host that you start yourself', 'fleetkey-host')
    .option('--count <number>', 'how many', wholeNumber, 1)
    .option('--type <type>', 'instance type, for the program that starts machines')
    .option('--name <name>', 'Name tag of the instances')
    .option('--tag <key=value>', 'tag of the instances; may be repeated', severalTimes, [])
    .option('--site <name>', `where they stand: their tag ${SITE_TAG}`)
    .option('--user-data <file>', 'more for cloud-init to do at the first boot')
    .option('--wait', 'until all are running')
    .option('--timeout <span>', 'how long --wait waits', '10m')
    .action(async (flags: LaunchFlags) => {
      const waitMs = spanOf(flags.timeout) * 1000
      const launched = await withApi(screen, flags, async (api) => {
        const ids = await launch(api, flags)
        if (flags.wait === undefined) return await listInstances(api, { InstanceIds: ids })
        return await untilInterrupted((signal) => waitFor(api, ids, { signal, waitMs, screen }))
      })
      show(screen, flags, launched)
    })
}

async function launch(api: ApiClient, flags: LaunchFlags): Promise<readonly string[]> {
  const tags = tagsOf(flags)
  const answer = await api.call(RUN_INSTANCES, {
    ImageId: flags.image,
    MinCount: flags.count,
    MaxCount: flags.count,
    ...(flags.type !== undefined && { InstanceType: flags.type }),
    ...(tags.length > 0 && { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] }),
    ...(flags.userData !== undefined && { UserData: fileInBase64(flags.userData) }),
  })
  return answersOf(answer, 'Instances').map((instance) => textOf(instance, 'InstanceId'))
}

function tagsOf({ name, site, tag }: LaunchFlags): readonly ApiTag[] {
  return [
    ...(name === undefined ? [] : [parseTag(`Name=${name}`)]),
    ...(site === undefined ? [] : [parseTag(`${SITE_TAG}=${site}`)]),
    ...tag.map(parseTag),
  ]
}

/** As bytes: it may be compressed. */
function fileInBase64(path: string): string {
  try {
    return readFileSync(path, 'base64')
  } catch (error) {
    throw new Failure('fileUnreadable', `${path} cannot be read.`, {
      why: [error instanceof Error ? error.message : String(error)],
    })
  }
}

const LOOK_EVERY_MS = 1000

async function waitFor(
  api: ApiClient,
  ids: readonly string[],
  { signal, waitMs, screen }: { signal: AbortSignal; waitMs: number; screen: Screen },
): Promise<readonly ListedInstance[]> {
  const deadline = screen.now() + waitMs
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- waits
    const found = await listInstances(api, { InstanceIds: ids }, signal)
    const waiting = found.filter(({ state }) => state !== 'running')
    if (waiting.length === 0) return found
    if (screen.now() > deadline) {
      throw new Failure(
        'instanceUnavailable',
        `${waiting.length} of ${ids.length} are not running.`,
        {
          why: waiting.map(({ instanceId, state }) => `${instanceId} is ${state}`),
          todo: [
            'Start a host for each with: fleetkey instances user-data INSTANCE',
            'Or end it: fleetkey instances forget INSTANCE',
          ],
        },
      )
    }
    // oxlint-disable-next-line no-await-in-loop -- waits
    await sleep(LOOK_EVERY_MS, undefined, { signal })
  }
}

function show(screen: Screen, { output }: LaunchFlags, launched: readonly ListedInstance[]): void {
  printListing(screen, output, {
    headings: ['INSTANCE', 'NAME', 'STATE'],
    rows: launched.map(({ instanceId, name, state }) => [instanceId, name ?? '-', state]),
    json: launched,
    whenEmpty: 'Nothing was launched.',
  })
  const first = launched.find(({ state }) => state === 'pending')
  if (first === undefined || output === 'json') return
  screen.err(
    `A host becomes one with its user data: fleetkey instances user-data ${first.instanceId}\nIf the image starts hosts by itself, they join on their own.\n`,
  )
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 on.')
  return Number(text)
}

function spanOf(text: string): number {
  const seconds = parseSpan(text)
  if (seconds !== undefined) return seconds
  throw usageFailure(`"${text}" is not a span of time.`, 'Write it like 90s, 15m, 2h or 1d')
}
