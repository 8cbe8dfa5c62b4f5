/** What users and roles asked for, and when last. Noting it changes no right. Of who is deleted nothing is kept. */
export interface AccessStore {
  /** May come late and out of order: the latest stands. Also a role's `lastUsedAt`. */
  note(accesses: readonly Access[]): Promise<void>
  /** The latest of each action, whosever of them it is, and how many of them asked each service for anything. */
  lastOf(entityIds: readonly string[]): Promise<LastAccesses>
  /** The latest of each of them to a service; who never asked it is left out. */
  lastOfEach(
    entityIds: readonly string[],
    service: string,
  ): Promise<readonly { readonly entityId: string; readonly at: number }[]>
}

/** That a user or role asked for something, whether or not it was allowed. */
export interface Access {
  readonly entityId: string
  /** As policies write it before the colon: `iam`. */
  readonly service: string
  /** Behind the colon: `GetUser`. */
  readonly action: string
  readonly at: number
}

export interface LastAccesses {
  readonly actions: readonly Access[]
  readonly entities: readonly { readonly service: string; readonly count: number }[]
}
