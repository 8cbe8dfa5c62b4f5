import { ApiClient } from '../api/api-client.ts'
import { asAnswer, textOf, timeOf, type Answer } from '../api/answer.ts'
import { ASSUME_ROLE_WITH_WEB_IDENTITY } from '../api/operations.ts'
import type { ProviderOrigin, Session } from './session.ts'

/** Where a session is, or will be, good. */
export type SessionPlace = Pick<Session, 'endpoint' | 'region' | 'caFile'>

/** Takes the role with what the provider says of the person (AssumeRoleWithWebIdentity). */
export async function assumeRole(
  place: SessionPlace,
  origin: ProviderOrigin,
  idToken: string,
): Promise<Session> {
  const answer = await asNobody(place, (api) =>
    api.call(ASSUME_ROLE_WITH_WEB_IDENTITY, {
      RoleArn: origin.role,
      RoleSessionName: origin.sessionName,
      WebIdentityToken: idToken,
      DurationSeconds: origin.durationSeconds,
    }),
  )
  const arn = textOf(asAnswer(answer['AssumedRoleUser'], 'AssumedRoleUser'), 'Arn')
  return { ...placeOf(place), ...credentialsOf(answer), arn, origin }
}

/** Asks the server without a signature. */
export async function asNobody<T>(
  place: SessionPlace,
  work: (api: ApiClient) => Promise<T>,
): Promise<T> {
  const api = new ApiClient(connectionOf(place))
  try {
    return await work(api)
  } finally {
    api.close()
  }
}

/** The credentials in an answer of STS or SignIn. */
export function credentialsOf(answer: Answer): Pick<Session, 'credentials' | 'expiresAt'> {
  const given = asAnswer(answer['Credentials'], 'Credentials')
  return {
    credentials: {
      accessKeyId: textOf(given, 'AccessKeyId'),
      secretAccessKey: textOf(given, 'SecretAccessKey'),
      sessionToken: textOf(given, 'SessionToken'),
    },
    expiresAt: timeOf(given, 'Expiration'),
  }
}

/** Nothing else of whatever the place was told by. */
export function placeOf({ endpoint, region, caFile }: SessionPlace): SessionPlace {
  return { endpoint, region, ...(caFile === undefined ? {} : { caFile }) }
}

export function connectionOf({ endpoint, region, caFile }: SessionPlace) {
  return { endpoint: new URL(endpoint), region, caFile }
}
