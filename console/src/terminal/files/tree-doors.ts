import type { FileRefusal } from '@fleetkey/wire/terminal/file-listing'
import type { TreeNews, TreeTally } from '@fleetkey/wire/terminal/file-tree'
import { ask, doorOf, isRecord, parseJson, unreachable } from './ask-door.ts'
import { piecesOf } from './pieces-of.ts'

export type TreeEnd = Extract<TreeNews, { readonly kind: 'end' }>

interface Watched {
  readonly signal: AbortSignal
  readonly onSoFar: (tally: TreeTally) => void
}

/** Counts what a folder of the host has in it, itself too. */
export const countTree = (terminalId: string, path: string, watched: Watched): Promise<TreeEnd> =>
  goThrough(terminalId, path, { ...watched, method: 'GET' })

/** Takes a folder away with all that is in it. Aborting stops that: what is gone by then is gone. */
export const removeTree = (terminalId: string, path: string, watched: Watched): Promise<TreeEnd> =>
  goThrough(terminalId, path, { ...watched, method: 'DELETE' })

async function goThrough(
  terminalId: string,
  path: string,
  { method, signal, onSoFar }: Watched & { readonly method: string },
): Promise<TreeEnd> {
  const response = await ask(doorOf(terminalId, 'tree', { path }), {
    method,
    signal,
    hasNoDeadline: true,
  })
  const text = new TextDecoder()
  let begun = ''
  for await (const piece of piecesOf(response, signal)) {
    const lines = `${begun}${text.decode(piece, { stream: true })}`.split('\n')
    begun = lines.pop() ?? ''
    for (const line of lines) {
      const news = newsIn(parseJson(line))
      if (news?.kind === 'end') return news
      if (news !== undefined) onSoFar(news)
    }
  }
  throw unreachable('The connection was lost before it was said what came of it.')
}

function newsIn(said: unknown): TreeNews | undefined {
  if (!isRecord(said)) return undefined
  const count = (name: string) => (typeof said[name] === 'number' ? said[name] : 0)
  const tally = { files: count('files'), folders: count('folders'), bytes: count('bytes') }
  if (said['kind'] === 'so-far') return { kind: 'so-far', ...tally }
  if (said['kind'] !== 'end') return undefined
  const named = Array.isArray(said['problems']) ? (said['problems'] as readonly unknown[]) : []
  const { broken } = said
  return {
    kind: 'end',
    ...tally,
    problems: named.filter((each) => typeof each === 'string'),
    problemCount: count('problemCount'),
    ...(isRefusal(broken) && { broken }),
  }
}

const isRefusal = (said: unknown): said is FileRefusal =>
  isRecord(said) && typeof said['code'] === 'string' && typeof said['message'] === 'string'
