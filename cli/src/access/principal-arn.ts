import { asAnswer, textOf } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { iamOperation } from '../api/operations.ts'
import { Refusal } from '../api/refusal.ts'
import { Failure } from '../failure.ts'

type Api = Pick<ApiClient, 'call'>

/**
 * The ARN of the user or role that is meant: by ARN, as `user/NAME` or `role/NAME`, or by a name alone, which may be either.
 * @throws Failure `notFound`; `ambiguous` when there is a user and a role of that name
 */
export async function principalArnOf(api: Api, meant: string): Promise<string> {
  if (meant.startsWith('arn:')) return meant
  const [, kind, name = meant] = /^(user|role)\/(.+)$/.exec(meant) ?? []
  const found = await Promise.all([
    kind === 'role' ? undefined : find(api, 'User', name),
    kind === 'user' ? undefined : find(api, 'Role', name),
  ])
  const [only, second] = found.filter((arn) => arn !== undefined)
  if (only === undefined) {
    throw new Failure('notFound', `There is no user or role "${name}".`, {
      todo: ['See who there is: fleetkey iam users, fleetkey iam roles'],
    })
  }
  if (second === undefined) return only
  throw new Failure('ambiguous', `"${name}" is a user and a role.`, {
    todo: [`Say which: --as user/${name} or --as role/${name}`],
  })
}

async function find(api: Api, noun: 'User' | 'Role', name: string): Promise<string | undefined> {
  try {
    const answer = await api.call(iamOperation(`Get${noun}`), { [`${noun}Name`]: name })
    return textOf(asAnswer(answer[noun], noun), 'Arn')
  } catch (error) {
    if (error instanceof Refusal && error.code === 'NoSuchEntity') return undefined
    throw error
  }
}
