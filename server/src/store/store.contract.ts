import { after, before, describe } from 'node:test'
import { describeAccesses } from './contract/accesses.contract.ts'
import { describeAccessKeys } from './contract/access-keys.contract.ts'
import { describeAttachments } from './contract/attachments.contract.ts'
import { describeCount } from './contract/count.contract.ts'
import { describeDeleteEntity } from './contract/delete-entity.contract.ts'
import { describeDigests } from './contract/digests.contract.ts'
import { describeEndpoints } from './contract/endpoints.contract.ts'
import { describeEntities } from './contract/entities.contract.ts'
import { describeEntityTags } from './contract/entity-tags.contract.ts'
import { describeExclusively } from './contract/exclusively.contract.ts'
import { describeGroups } from './contract/groups.contract.ts'
import { describeInlinePolicies } from './contract/inline-policies.contract.ts'
import { describeInstances } from './contract/instances.contract.ts'
import { describeJoinTokens } from './contract/join-tokens.contract.ts'
import { describeLookup } from './contract/lookup.contract.ts'
import { describeMfa } from './contract/mfa.contract.ts'
import { describePasskeys } from './contract/passkeys.contract.ts'
import { describePasswords } from './contract/passwords.contract.ts'
import { describePendingInstances } from './contract/pending-instances.contract.ts'
import { describePolicies } from './contract/policies.contract.ts'
import { describePoliciesOfAws } from './contract/policies-of-aws.contract.ts'
import { describePolicyVersions } from './contract/policy-versions.contract.ts'
import { describeProfiles } from './contract/profiles.contract.ts'
import { describeProviders } from './contract/providers.contract.ts'
import { describeRecordings } from './contract/recordings.contract.ts'
import { describeRecoveryCodes } from './contract/recovery-codes.contract.ts'
import { describeRecreated } from './contract/recreated.contract.ts'
import { describePresignedUrls } from './contract/presigned-urls.contract.ts'
import { describeReplays } from './contract/replays.contract.ts'
import { describeRights } from './contract/rights.contract.ts'
import { describeRoles } from './contract/roles.contract.ts'
import { describeSecurityGroups } from './contract/security-groups.contract.ts'
import { describeSessionTrees } from './contract/session-trees.contract.ts'
import { describeSessions } from './contract/sessions.contract.ts'
import { describeSshSessions } from './contract/ssh-sessions.contract.ts'
import { describeSettings } from './contract/settings.contract.ts'
import { describeSearch } from './contract/search.contract.ts'
import { describeTrail } from './contract/trail.contract.ts'
import { describeTries } from './contract/tries.contract.ts'
import type { Store } from './store.ts'

/** A store over data of its own. */
export interface StoreUnderTest {
  /** The one that is open now. */
  readonly store: Store
  /** Closes it and opens the same data again. */
  reopen(): Promise<void>
  /** Closes it and removes the data. */
  dispose(): Promise<void>
}

/** What every store promises. All cases share one database, so each uses names of its own. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let tested: StoreUnderTest
    before(async () => {
      tested = await open()
    })
    after(() => tested.dispose())
    const now = () => tested
    describeSettings(now)
    describeInstances(now)
    describeJoinTokens(now)
    describeEndpoints(now)
    describeSecurityGroups(now)
    describePendingInstances(now)
    describeEntities(now)
    describeEntityTags(now)
    describeDeleteEntity(now)
    describeRecreated(now)
    describeGroups(now)
    describeRoles(now)
    describeProfiles(now)
    describePolicies(now)
    describePolicyVersions(now)
    describeAttachments(now)
    describePoliciesOfAws(now)
    describeInlinePolicies(now)
    describeRights(now)
    describeAccessKeys(now)
    describeAccesses(now)
    describeSessions(now)
    describeSessionTrees(now)
    describePasskeys(now)
    describePasswords(now)
    describeTries(now)
    describeMfa(now)
    describeRecoveryCodes(now)
    describeProviders(now)
    describeExclusively(now)
    describeSshSessions(now)
    describeRecordings(now)
    describeTrail(now)
    describeReplays(now)
    describePresignedUrls(now)
    describeLookup(now)
    describeSearch(now)
    describeCount(now)
    // The last one: what it removes others have no more.
    describeDigests(now)
  })
}
