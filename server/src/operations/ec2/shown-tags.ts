import type { Tags } from '@fleetkey/domain/instance'

/** Tags in an answer of EC2. */
export const shownTags = (tags: Tags) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
