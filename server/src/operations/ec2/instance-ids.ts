import { instanceIdMalformed } from '@fleetkey/domain/exceptions/ec2'
import { INSTANCE_ID_PATTERN } from '@fleetkey/domain/instance'
import type { Members } from '@fleetkey/wire/aws/validation'

const MAX_IDS = 1000

/** `InstanceIds` of a request, each once. Throws EC2's refusal for what is no id. */
export function readInstanceIds(v: Members): readonly string[] {
  const ids = v.stringList('InstanceIds', { max: MAX_IDS })
  const wrong = ids.find((id) => !isInstanceId(id))
  if (wrong !== undefined) throw instanceIdMalformed(wrong)
  return [...new Set(ids)]
}

export const isInstanceId = (text: string): boolean =>
  text.length >= 10 && text.length <= 32 && INSTANCE_ID_PATTERN.test(text)

/** Those that are named, or all when none is; and the names of those that are not there. */
export function pickInstances<Item extends { readonly instanceId: string }>(
  all: readonly Item[],
  ids: readonly string[],
): { readonly found: readonly Item[]; readonly missing: readonly string[] } {
  if (ids.length === 0) return { found: all, missing: [] }
  const byId = new Map(all.map((item) => [item.instanceId, item]))
  return {
    found: ids.flatMap((id) => byId.get(id) ?? []),
    missing: ids.filter((id) => !byId.has(id)),
  }
}
