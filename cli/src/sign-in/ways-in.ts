import { isRegion } from '@fleetkey/domain/realm'
import { answersOf, textOf, unexpected } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'

/** How people can sign in at a server, as it tells everyone. */
export interface WaysIn {
  readonly region: string
  readonly providers: readonly ProviderName[]
  /** Some user has a password. */
  readonly password: boolean
}

export interface ProviderName {
  readonly issuer: string
  /** What this command is called there. */
  readonly clientId: string
}

export async function readWaysIn(
  api: Pick<ApiClient, 'read'>,
  signal: AbortSignal,
): Promise<WaysIn> {
  const answer = await api.read('/.well-known/fleetkey', signal)
  if (!answer) {
    throw new Failure('badAnswer', 'This server has no sign-in for people.', {
      todo: [
        'Check that the endpoint is a Fleetkey server; it may be older than this fleetkey.',
        'Use an access key instead: fleetkey configure',
      ],
    })
  }
  const { password } = answer
  if (typeof password !== 'boolean') throw unexpected('password is not true or false')
  const region = textOf(answer, 'region')
  // It goes into the profile, where a wrong one would stop every command.
  if (!isRegion(region)) throw unexpected('region is not the name of a region')
  return {
    region,
    providers: answersOf(answer, 'providers')
      // What only the server has a secret for is the console's.
      .filter((each) => each['hasSecret'] !== true)
      .map((each) => ({ issuer: textOf(each, 'issuer'), clientId: textOf(each, 'clientId') })),
    password,
  }
}
