import { unrecognizedClient } from '@fleetkey/domain/exceptions/authentication'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { providerSignInOver } from '@fleetkey/domain/exceptions/sign-in'
import { validate } from '@fleetkey/wire/aws/validation'
import { sessionNameOf } from '../../oidc/session-name.ts'
import type { Claims } from '../../oidc/web-identity.ts'
import type { Caller } from '../caller.ts'
import { beginConsoleSession } from '../console/begin-session.ts'
import { shownConsoleSession } from '../console/shown-session.ts'
import { operation } from '../operation.ts'
import {
  assumeRoleWithWebIdentity,
  attributesOf,
  claimedContext,
  keptOf,
} from '../sts/assume-role-with-web-identity.ts'
import { webIdentityOf } from '../sts/identify-by-token.ts'
import { readRoleArn, roleResource, type RoleResource } from '../sts/role-arn.ts'
import { actionsFor } from '../sts/session-tags.ts'
import { identifyByBrowser } from './identify-by-browser.ts'

const nameOf = (caller: Caller): string => {
  const { claims, subject } = webIdentityOf(caller)
  return sessionNameOf(claims, subject)
}

/**
 * Whoever came back from a provider takes a role, and their browser is signed in with it: AssumeRoleWithWebIdentity, decided and recorded as
 * that, but for the answer, which is a cookie. It lasts as long as sessions of the console do, and no longer than the role allows. Ours.
 */
export const signInWithRole = operation<{ roleArn: string }, RoleResource>({
  name: 'SignInWithRole',
  service: 'fleetkey',
  action: assumeRoleWithWebIdentity.action,
  also: (_input, { caller }) => actionsFor(attributesOf(caller)),
  access: 'write',
  answersSecret: true,
  recordedAs: {
    eventName: 'AssumeRoleWithWebIdentity',
    eventSource: 'sts.amazonaws.com',
    eventType: 'AwsApiCall',
  },
  parse(fields) {
    const v = validate(fields)
    const roleArn = readRoleArn(v)
    v.finish(validationFailure)
    return { roleArn }
  },
  identify: (_input, world, origin) => identifyByBrowser(world, origin),
  resources: async ({ roleArn }, asker) => [await roleResource(roleArn, asker)],
  context: (_input, { caller }) => ({
    ...claimedContext(caller),
    'sts:RoleSessionName': nameOf(caller),
  }),
  trail: ({ roleArn }) => ({ requestParameters: { roleArn }, facts: { SignedInWith: 'Console' } }),
  trailAnswer: () => ({}),
  // What was decided on is what is assumed.
  prepare: (_input, _call, [role]) => Promise.resolve(role as RoleResource),

  async run(_input, call, { role }) {
    const { caller, store, origin, console: settings, now } = call
    // Nobody is allowed to assume what there is not.
    if (role === undefined) throw unrecognizedClient()
    // A token is good here for one session, however many pages show it at once.
    if (call.signIns.take(origin.browser?.signIn ?? '')?.kind !== 'arrived')
      throw providerSignInOver()
    const identity = webIdentityOf(caller)
    const sessionName = nameOf(caller)
    const { tags, transitiveTagKeys, sourceIdentity } = attributesOf(caller)
    const session = await beginConsoleSession(call, {
      entityId: role.id,
      providerId: identity.provider.id,
      durationSeconds: Math.min(settings.sessionSeconds, role.maxSessionSeconds),
      provenAt: provenAtProvider(identity.claims, now()),
      limits: {
        webIdentity: keptOf(identity),
        sessionName,
        tags,
        transitiveTagKeys,
        ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
      },
    })
    // Whoever takes a trust away and then ends the sessions must find this one: it was decided before, and is made after.
    if ((await store.identities.roles.get(role.id))?.trustPolicy !== role.trustPolicy) {
      await store.identities.sessions.end(session.accessKeyId)
      throw unrecognizedClient()
    }
    const { id: roleId, name: roleName, path } = role
    const principal = { kind: 'assumedRole', roleId, roleName, path, sessionName } as const
    return shownConsoleSession(principal, session, call)
  },
})

/**
 * Whoever is signed in at the provider comes back without a question, days after they showed there who they are: for what needs a fresh proof
 * it counts when they did (OpenID Connect Core §2, `auth_time`). A provider that does not say it vouches for now.
 */
function provenAtProvider({ auth_time: seconds }: Claims, now: number): number {
  if (seconds === undefined) return now
  return typeof seconds === 'number' ? Math.min(seconds * 1000, now) : 0
}
