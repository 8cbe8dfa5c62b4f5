import type {
  ListedSshSession,
  SshSessionQuery,
  SshSessionStore,
} from '../../store/ssh-session-store.ts'

const PAGE = 1000

/** Every session that fits, last recorded first, a page in memory at a time. */
export async function* listAll(
  sessions: Pick<SshSessionStore, 'list'>,
  query: Omit<SshSessionQuery, 'limit' | 'beforePlace'>,
): AsyncGenerator<ListedSshSession> {
  let place: { readonly beforePlace?: number } = {}
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what pages are
    const page = await sessions.list({ ...query, ...place, limit: PAGE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    place = { beforePlace: last.place }
  }
}
