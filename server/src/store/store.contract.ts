import { after, before, describe } from 'node:test'
import { describeAccessKeys } from './contract/access-keys.contract.ts'
import { describeEntities } from './contract/entities.contract.ts'
import { describeInstances } from './contract/instances.contract.ts'
import { describeJoinTokens } from './contract/join-tokens.contract.ts'
import { describeLookup } from './contract/lookup.contract.ts'
import { describeReplays } from './contract/replays.contract.ts'
import { describeSettings } from './contract/settings.contract.ts'
import { describeTrail } from './contract/trail.contract.ts'
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
    describeEntities(now)
    describeAccessKeys(now)
    describeTrail(now)
    describeReplays(now)
    describeLookup(now)
  })
}
