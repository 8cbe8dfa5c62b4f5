import type { Command } from 'commander'
import type { ApiClient } from '../../api/api-client.ts'
import { severalTimes } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { parseTag } from '../instances-tag.ts'
import { policyArnOf } from './policy-arn.ts'

/** What users and roles can be made with. */
export interface NewEntityFlags extends ConnectionFlags {
  readonly path?: string
  readonly boundary?: string
  readonly tag: readonly string[]
}

export function newEntityFlags(command: Command): Command {
  return command
    .option('--path <path>', 'e.g. /team-a/; policies can name all below it')
    .option('--boundary <policy>', 'name or ARN of the managed policy that is the most it may do')
    .option('--tag <key=value>', 'may be given several times', severalTimes, [])
}

export async function newEntityInput(
  api: Pick<ApiClient, 'call'>,
  { path, boundary, tag }: NewEntityFlags,
): Promise<object> {
  return {
    Path: path,
    PermissionsBoundary: boundary === undefined ? undefined : await policyArnOf(api, boundary),
    ...(tag.length === 0 ? {} : { Tags: tag.map(parseTag) }),
  }
}
