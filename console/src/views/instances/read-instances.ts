import { call } from '../../api/call.ts'
import {
  readInstances,
  readListed,
  type DetailedInstance,
  type InstancesAnswer,
  type ListedInstance,
} from './listed-instance.ts'

export interface InstanceQuery {
  readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[]
}

type AskInstances = (input: object, signal: AbortSignal) => Promise<InstancesAnswer>

/** A few that are shown at once; then so many that neither the server nor the page is busy with them for long without a break. */
const FIRST_PAGE = 100
const PAGE = 500

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
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const page =
      token === undefined ? { MaxResults: FIRST_PAGE } : { MaxResults: PAGE, NextToken: token }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await ask({ ...query, Detail: 'list', ...page }, signal)
    found.push(...readListed(answer))
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
): Promise<DetailedInstance | undefined> {
  const [only] = readInstances(await askServer({ InstanceIds: [instanceId] }, signal))
  return only
}

const askServer: AskInstances = (input, signal) =>
  call<InstancesAnswer>('ec2', 'DescribeInstances', input, signal)
