import type { shownCredentials } from '../../identities/issue-session.ts'

export type Credentials = ReturnType<typeof shownCredentials>

/** What the trail shows of them: as CloudTrail does, but without the token. */
export const recordedCredentials = ({ AccessKeyId, Expiration }: Credentials) => ({
  accessKeyId: AccessKeyId,
  expiration: Expiration.toISOString(),
})
