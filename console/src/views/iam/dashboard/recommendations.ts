import { lastActivity, ROOT_LINE, type CredentialLine } from '../account/credential-report.ts'
import { eventsLink } from '../../../events/event-query.ts'
import { counted } from '../../../ui/counted.ts'
import { pageOf } from '../api/holder.ts'
import type { FarReaching, Found } from './far-reaching.ts'

/** One thing that was looked at. */
export interface Check {
  readonly id: string
  /** What is the case: well when nothing is found, else not. */
  readonly says: string
  /** What to do, and why; told with what is found. */
  readonly mend: string
  readonly found: readonly Found[]
}

const DAY = 86_400
/** As AWS's own advice has it (IAM User Guide, "Security best practices in IAM"). */
const OLD = 90 * DAY
/** Of an emergency that is over. */
const RECENT = 30 * DAY
/** A password that nobody has used for so long was not meant for anybody, or did not reach them. */
const UNCLAIMED = 7 * DAY

/**
 * What the credential report gives cause for.
 * @param now seconds since 1970
 */
export function credentialChecks(lines: readonly CredentialLine[], now: number): readonly Check[] {
  const users = lines.filter(({ user }) => user !== ROOT_LINE)
  const isOld = (key: Key) => key.isActive && now - key.createdAt > OLD
  const isIdle = (key: Key) => key.isActive && now - (key.lastUsed ?? key.createdAt) > OLD
  const rootUsed = lines
    .filter(({ user }) => user === ROOT_LINE)
    .some((line) => now - (lastActivity(line) ?? 0) < RECENT)
  return [
    {
      id: 'root-used',
      says: rootUsed
        ? "Root's access key was used in the last 30 days"
        : "Root's access key was not used in the last 30 days",
      mend: 'No policy limits root. Give administrators users of their own, and keep its key for emergencies.',
      found: rootUsed ? [{ text: 'What root did', to: eventsLink({ principal: 'root' }) }] : [],
    },
    check(users.filter(hasNoFactor), {
      id: 'no-factor',
      good: 'Everybody who signs in with a password has MFA',
      bad: 'password without MFA',
      mend: 'A password that is guessed or told opens all that they may do. They add a passkey or an authenticator app under My security credentials.',
    }),
    check(
      users.filter(({ keys }) => keys.some(isOld)),
      {
        id: 'old-key',
        good: 'No active access key is older than 90 days',
        bad: 'active access key older than 90 days',
        mend: 'Make a second key, use it everywhere, then make the old one inactive, and delete it when nothing misses it.',
      },
    ),
    check(
      users.filter(({ keys }) => keys.some(isIdle)),
      {
        id: 'idle-key',
        good: 'Every active access key was used in the last 90 days',
        bad: 'active access key not used in the last 90 days',
        mend: 'Make it inactive, and delete it when nothing misses it.',
      },
    ),
    check(
      users.filter((line) => isUnclaimed(line, now)),
      {
        id: 'never-signed-in',
        good: 'Nobody has had a password for more than a week without signing in',
        bad: 'password for more than a week, never signed in',
        mend: 'Delete the password, or the user, if it is not wanted.',
      },
    ),
  ]
}

/** What policies give cause for, together with the credentials of who has them. */
export function policyChecks(
  lines: readonly CredentialLine[] | undefined,
  { administrators, rootEverywhere }: FarReaching,
): readonly Check[] {
  const bare = lines?.filter((line) => administrators.has(line.user) && hasNoFactor(line))
  return [
    ...(bare === undefined
      ? []
      : [
          check(bare, {
            id: 'administrator-without-factor',
            good: 'Every administrator who signs in with a password has MFA',
            bad: 'may do everything, and has a password without MFA',
            mend: 'Mend this first: their password alone opens every host as root.',
          }),
        ]),
    {
      id: 'root-everywhere',
      says:
        rootEverywhere.length === 0
          ? 'No policy but those of administrators gives root on every instance'
          : `${counted(rootEverywhere.length, 'policy gives', 'policies give')} root on every instance`,
      mend: 'Say which instances (aws:ResourceTag/…) and which OS users (ec2:osuser).',
      found: rootEverywhere,
    },
  ]
}

type Key = CredentialLine['keys'][number]

const hasNoFactor = ({ hasPassword, hasFactor }: CredentialLine) => hasPassword && !hasFactor

function isUnclaimed(line: CredentialLine, now: number): boolean {
  const { hasPassword, passwordLastUsed, passwordChanged = now } = line
  return hasPassword && passwordLastUsed === undefined && now - passwordChanged > UNCLAIMED
}

function check(
  users: readonly CredentialLine[],
  { id, good, bad, mend }: Readonly<Record<'id' | 'good' | 'bad' | 'mend', string>>,
): Check {
  return {
    id,
    says: users.length === 0 ? good : `${counted(users.length, 'user')}: ${bad}`,
    mend,
    found: users.map(({ user }) => ({
      text: user,
      to: `${pageOf({ kind: 'user', name: user })}?tab=credentials`,
    })),
  }
}
