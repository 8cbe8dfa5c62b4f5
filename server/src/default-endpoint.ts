import { DEFAULT_SITE, securityGroupIdOf } from '@fleetkey/domain/site'
import { newId } from './operations/ec2/new-id.ts'
import { sha256Hex } from './secrets/digests.ts'
import type { Store } from './store/store.ts'

const MADE = 'default-endpoint'

/** Gives the default site its endpoint at the first start. One that was deleted does not come back at the next. */
export async function createDefaultEndpoint(
  store: Pick<Store, 'settings' | 'endpoints'>,
  { deployment, now }: { readonly deployment: string; readonly now: number },
): Promise<void> {
  if ((await store.settings.get(MADE)) !== undefined) return
  // Before the note, so that a crash in between leaves no site without; another node's is as good as ours.
  await store.endpoints.create({
    endpointId: newId('eice'),
    site: DEFAULT_SITE,
    createdAt: now,
    tags: {},
    ipAddressType: 'dualstack',
    securityGroupIds: [securityGroupIdOf(deployment, DEFAULT_SITE, sha256Hex)],
  })
  await store.settings.setIfAbsent(MADE, 'made')
}
