import type { Command } from 'commander'
import { asAnswer, textOf } from '../../api/answer.ts'
import { iamOperation } from '../../api/operations.ts'
import { Refusal } from '../../api/refusal.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { Failure } from '../../failure.ts'
import { readInput } from '../../input.ts'
import { printable } from '../../output.ts'
import { printListing, type Screen } from '../../screen.ts'
import { localTime } from '../../time.ts'
import { policyArnOf } from './policy-arn.ts'
import { numberOfVersion, putVersion, readVersions } from './policy-versions.ts'

interface PutFlags extends ConnectionFlags {
  readonly path?: string
  readonly description?: string
}

/** `fleetkey iam policies put`: makes a managed policy, or a new version of it. */
export function putCommand(screen: Screen): Command {
  const about = {
    summary:
      'Make a managed policy, or put a new version of it in force. Of five versions the oldest goes.',
    examples: [
      'fleetkey iam policies put staging-logins policy.json',
      'fleetkey iam policies put staging-logins -  < policy.json',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'put', about))
    .argument('<policy>', 'name, or ARN of one that exists')
    .argument('<file>', 'JSON; - for standard input')
    .option('--path <path>', 'of a new one, e.g. /team-a/')
    .option('--description <text>', 'of a new one; it cannot be changed')
    .action(async (meant: string, file: string, flags: PutFlags) => {
      const document = await readInput(file)
      const said = await withApi(screen, flags, async (api) => {
        if (!meant.startsWith('arn:')) {
          const input = { PolicyName: meant, Path: flags.path, Description: flags.description }
          try {
            await api.call(iamOperation('CreatePolicy'), { ...input, PolicyDocument: document })
            return 'is made'
          } catch (error) {
            if (!(error instanceof Refusal) || error.code !== 'EntityAlreadyExists') throw error
          }
        }
        const answer = await putVersion(api, await policyArnOf(api, meant), document)
        const version = asAnswer(answer['PolicyVersion'], 'PolicyVersion')
        return `is in force as ${textOf(version, 'VersionId')}`
      })
      screen.out(`Policy ${printable(meant)} ${printable(said)}.\n`)
    })
}

/** `fleetkey iam policies versions` */
export function versionsCommand(screen: Screen): Command {
  const about = {
    summary: 'List the versions of a managed policy, the newest first.',
    examples: ['fleetkey iam policies versions staging-logins'],
  }
  return withListingFlags(defineCommand(screen, 'versions', about))
    .argument('<policy>', 'name or ARN')
    .action(async (meant: string, flags: ListingFlags) => {
      const versions = await withApi(screen, flags, async (api) =>
        readVersions(api, await policyArnOf(api, meant)),
      )
      printListing(screen, flags.output, {
        headings: ['VERSION', 'CREATED', 'IN FORCE'],
        rows: versions.map(({ versionId, createdAt, isDefault }) => [
          versionId,
          localTime(createdAt),
          isDefault ? 'yes' : '',
        ]),
        json: versions,
        whenEmpty: 'It has no version.',
      })
    })
}

/** `fleetkey iam policies rollback` */
export function rollbackCommand(screen: Screen): Command {
  const about = {
    summary: 'Put an earlier version in force again: the one before, or the one you name.',
    examples: [
      'fleetkey iam policies rollback staging-logins',
      'fleetkey iam policies rollback staging-logins v2',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'rollback', about))
    .argument('<policy>', 'name or ARN')
    .argument('[version]', 'e.g. v2')
    .action(async (meant: string, version: string | undefined, flags: ConnectionFlags) => {
      const VersionId = await withApi(screen, flags, async (api) => {
        const PolicyArn = await policyArnOf(api, meant)
        const wanted = version ?? (await versionBefore(api, PolicyArn))
        const input = { PolicyArn, VersionId: wanted }
        await api.call(iamOperation('SetDefaultPolicyVersion'), input)
        return wanted
      })
      screen.out(`Policy ${printable(meant)} is in force as ${printable(VersionId)} again.\n`)
    })
}

async function versionBefore(
  api: Parameters<typeof readVersions>[0],
  arn: string,
): Promise<string> {
  const versions = await readVersions(api, arn)
  const inForce = versions.find(({ isDefault }) => isDefault)
  const before = versions.find(
    ({ versionId }) =>
      inForce !== undefined && numberOfVersion(versionId) < numberOfVersion(inForce.versionId),
  )
  if (before !== undefined) return before.versionId
  throw new Failure('notFound', 'There is no earlier version.', {
    why: [`there are ${versions.map(({ versionId }) => versionId).join(', ')}`],
    todo: ['Name the version to put in force.'],
  })
}

/** `fleetkey iam policies delete-version` */
export function deleteVersionCommand(screen: Screen): Command {
  const about = {
    summary: 'Delete a version that is not in force.',
    examples: ['fleetkey iam policies delete-version staging-logins v2'],
  }
  return withConnectionFlags(defineCommand(screen, 'delete-version', about))
    .argument('<policy>', 'name or ARN')
    .argument('<version>')
    .action(async (meant: string, VersionId: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, async (api) => {
        const PolicyArn = await policyArnOf(api, meant)
        await api.call(iamOperation('DeletePolicyVersion'), { PolicyArn, VersionId })
      })
      screen.out(`Version ${printable(VersionId)} of ${printable(meant)} is deleted.\n`)
    })
}
