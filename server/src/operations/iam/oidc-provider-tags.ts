import { PROVIDER } from './oidc-provider.ts'
import { tagOperations } from './tag-operations.ts'

/** IAM API reference, "TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", "ListOpenIDConnectProviderTags". */
export const [tagOpenIdConnectProvider, untagOpenIdConnectProvider, listOpenIdConnectProviderTags] =
  tagOperations(PROVIDER)
