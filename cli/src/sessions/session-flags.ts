import type { Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { severalTimes } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { findInstance, isInstanceId } from '../instance/find-instance.ts'

/** Which sessions are meant. */
export interface SessionFlags {
  readonly mine?: true
  readonly user?: string
  readonly instance?: string
  readonly tag: readonly string[]
  readonly osUser?: string
}

export function withSessionFlags(command: Command): Command {
  return command
    .option('--mine', 'only your own')
    .option('--user <name>', 'only of this person: name of a user or role session, or an ARN')
    .option('--instance <instance>', 'only on this one: id, Name tag or address')
    .option(
      '--tag <key=value>',
      'only on instances with this tag, or KEY alone; may be repeated',
      severalTimes,
      [],
    )
    .option('--os-user <name>', 'only as this account of the host')
}

/** As the API wants to be told. */
export async function sessionQuery(api: ApiClient, flags: SessionFlags): Promise<object> {
  const { mine, user, instance, tag, osUser } = flags
  return {
    ...(mine && { Mine: true }),
    ...(user !== undefined &&
      (user.startsWith('arn:') ? { PrincipalArn: user } : { UserName: user })),
    ...(instance !== undefined && {
      InstanceId: isInstanceId(instance)
        ? instance
        : (await findInstance(api, instance)).instanceId,
    }),
    ...(tag.length > 0 && { Tags: tag.map(readTag) }),
    ...(osUser !== undefined && { InstanceOSUser: osUser }),
  }
}

function readTag(text: string) {
  const [Key = '', ...value] = text.split('=')
  if (Key === '') throw usageFailure(`"${text}" is not a tag.`, 'Write it like --tag env=prod')
  return value.length === 0 ? { Key } : { Key, Value: value.join('=') }
}
