import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { validate } from '@fleetkey/wire/aws/validation'
import type { SessionRow } from '../../store/credential-store.ts'
import { pageOf, readPage, type Page } from '../iam/paging.ts'
import { operation } from '../operation.ts'
import {
  holderResource,
  readHolder,
  requireHolder,
  shownHolder,
  type Holder,
} from './session-holder.ts'

interface Input {
  readonly holder: Holder
  readonly page: Page
}

/** Who has temporary credentials of a role or a user now, newest first. */
export const listSessions = operation<Input>({
  name: 'ListSessions',
  service: 'fleetkey',
  action: 'fleetkey:ListSessions',
  access: 'read',

  parse(fields) {
    const v = validate(fields)
    const input = { holder: readHolder(v), page: readPage(v) }
    v.finish(validationFailure)
    return input
  },

  resources: ({ holder }, world) => holderResource(holder, world),

  trail: ({ holder }) => ({ requestParameters: shownHolder(holder) }),

  async run({ holder, page }, call) {
    const { id } = await requireHolder(holder, call)
    const sessions = await call.store.identities.sessions.list(id, call.now())
    const { rows, end } = pageOf(page, sessions, newestFirst)
    return { Sessions: rows.map(shown), ...end }
  },
})

/** Sorts by time backwards, and those of one moment by their key. */
const newestFirst = ({ issuedAt, accessKeyId }: SessionRow): string =>
  `${String(Number.MAX_SAFE_INTEGER - issuedAt).padStart(16, '0')} ${accessKeyId}`

function shown({ accessKeyId, parentKeyId, issuedAt, expiresAt, limits }: SessionRow) {
  const { sessionName, sourceIdentity, mfaAt, webIdentity } = limits
  return {
    AccessKeyId: accessKeyId,
    SessionName: sessionName,
    IssuedAt: new Date(issuedAt),
    Expiration: new Date(expiresAt),
    /** The key that asked for it; none where a provider or a password vouched. */
    ParentAccessKeyId: parentKeyId,
    SourceIdentity: sourceIdentity,
    MultiFactorAuthenticatedAt: mfaAt === undefined ? undefined : new Date(mfaAt),
    WebIdentity: webIdentity && {
      Provider: webIdentity.provider,
      Subject: webIdentity.subject,
      Audience: webIdentity.audience,
      DisplayName: webIdentity.displayName,
    },
  }
}
