import { listOf, optionalTextOf, unexpected, type Answer } from './answer.ts'
import type { ApiClient } from './api-client.ts'
import type { ApiOperation } from './operations.ts'

/** Asks for page after page of an IAM list; the answer has all of it under `member`. */
export async function listAll(
  api: Pick<ApiClient, 'call'>,
  operation: ApiOperation,
  { member, input = {} }: { readonly member: string; readonly input?: object },
): Promise<Answer> {
  const found: unknown[] = []
  const markers = new Set<string>()
  for (let marker: string | undefined; ;) {
    const page = await api.call(operation, { ...input, MaxItems: 1000, Marker: marker })
    found.push(...listOf(page, member))
    marker = page['IsTruncated'] === true ? optionalTextOf(page, 'Marker') : undefined
    if (marker === undefined) return { [member]: found }
    // A page that leads back would be asked for without end.
    if (markers.has(marker)) throw unexpected('a list that leads back to itself')
    markers.add(marker)
  }
}
