import type { Asker } from './operation.ts'

type Whose = Pick<Asker, 'owner'>

/** Whether it is the caller's own. What is nobody's, or of nobody knows whom, is not. */
export const isOwn = (thing: { readonly owner?: string | undefined }, { owner }: Whose): boolean =>
  owner !== undefined && thing.owner === owner

/** As a store is asked for the caller's own. Who is nobody finds nothing: no owner is empty. */
export const ownOf = ({ owner = '' }: Whose) => ({ owner })
