import { call } from '../../api/call.ts'
import { patiently } from '../../api/patiently.ts'
import { readInstances, type InstancesAnswer, type ListedInstance } from './listed-instance.ts'

export interface InstanceQuery {
  readonly InstanceIds?: readonly string[]
  readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[]
}

type AskInstances = (input: object, signal: AbortSignal) => Promise<InstancesAnswer>

const PAGE = 1000

/**
 * Every instance that fits, all pages, one after the other as a page says where the next begins.
 * @param options.onPage gets all that were read so far, so that the first are shown while the others come
 */
export async function readAllInstances(options: {
  readonly query?: InstanceQuery
  readonly signal: AbortSignal
  readonly onPage?: (soFar: readonly ListedInstance[]) => void
  readonly ask?: AskInstances
}): Promise<readonly ListedInstance[]> {
  const { query = {}, signal, onPage, ask = askServer } = options
  const found: ListedInstance[] = []
  // EC2 refuses MaxResults together with InstanceIds.
  const page = query.InstanceIds === undefined ? { MaxResults: PAGE } : {}
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const next = token === undefined ? {} : { NextToken: token }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await ask({ ...query, ...page, ...next }, signal)
    found.push(...readInstances(answer))
    token = answer.NextToken
    if (token === undefined) return found
    // A page that leads back would be asked for without end.
    if (tokens.has(token)) throw new Error('The list of instances leads back to itself.')
    tokens.add(token)
    onPage?.([...found])
  }
}

/** One by its id. Throws `InvalidInstanceID.NotFound` where there is none. */
export async function readOneInstance(
  instanceId: string,
  signal: AbortSignal,
): Promise<ListedInstance | undefined> {
  const [only] = await readAllInstances({ query: { InstanceIds: [instanceId] }, signal })
  return only
}

const askServer: AskInstances = (input, signal) =>
  patiently(() => call<InstancesAnswer>('ec2', 'DescribeInstances', input, signal), { signal })
