import type { FileEntry } from '@fleetkey/wire/terminal/file-listing'
import { MAX_TREE_THINGS } from '@fleetkey/wire/terminal/file-tree'
import type { SFTPWrapper } from 'ssh2'
import { FileFailed } from '../file-messages.ts'
import { entryOf, isName, readFolder } from './read-folder.ts'
import { linkStatOf, realPathOf } from './sftp-promises.ts'

/** PATH_MAX of Linux. */
const MAX_PATH = 4096

export interface TreeThing {
  /** On the host. */
  readonly path: string
  /** From the folder on in which the tree is: `box/a`. */
  readonly at: string
  readonly entry: FileEntry
}

/** Of each folder: itself, what is in it (links last, so that nothing after one can go through it), and that it is left. */
export type TreeStep =
  | { readonly kind: 'folder' | 'left' | 'file'; readonly thing: TreeThing }
  | { readonly kind: 'problem'; readonly path: string; readonly failure: FileFailed }

export interface TreeMeans {
  /** So many more things may be told of. */
  readonly budget: { things: number }
  /** Called whenever the host got on. */
  readonly step: () => void
}

export const newBudget = (): TreeMeans['budget'] => ({ things: MAX_TREE_THINGS })

/**
 * Goes through what has this path, and all that is in it. Links are told of and never followed; a folder that has become one meanwhile is not gone
 * into. SFTP has no handle of a folder that its files could be asked for by, so that between a look and what comes of it there is always a moment: where
 * others may rename folders, `rm` and `tar` on the host are what cannot be tricked.
 *
 * @throws FileFailed when nothing of it can be told, when the host tells of more than it may, or when it answers no more
 */
export async function* walkTree(
  sftp: SFTPWrapper,
  { folder, name }: { readonly folder: string; readonly name: string },
  { budget, step }: TreeMeans,
): AsyncGenerator<TreeStep> {
  if (!isName(name)) throw new FileFailed('wrong-kind', 'that is no name of something in a folder')
  const home = await realPathOf(sftp, folder)
  const path = `${home === '/' ? '' : home}/${name}`
  const top = { path, at: name, entry: entryOf(name, await linkStatOf(sftp, path)) }
  budget.things--
  const open: { readonly thing: TreeThing; readonly waiting: TreeThing[] }[] = []
  const meet = async function* (thing: TreeThing): AsyncGenerator<TreeStep> {
    if (thing.entry.kind !== 'folder') return yield { kind: 'file', thing }
    yield { kind: 'folder', thing }
    const found: TreeThing[] = []
    open.push({ thing, waiting: found })
    try {
      const { things, odd } = await lookInto(sftp, thing, { budget, step })
      found.push(...things)
      if (odd > 0)
        yield problem(thing.path, `${odd} of the names in it are none that a file can have`)
    } catch (error) {
      if (!(error instanceof FileFailed) || isTheEnd(error)) throw error
      yield { kind: 'problem', path: thing.path, failure: error }
    }
  }
  yield* meet(top)
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.waiting.pop()
    if (next !== undefined) yield* meet(next)
    else {
      open.pop()
      yield { kind: 'left', thing: last.thing }
    }
  }
}

/** Several things of one folder, links last. What is not there is a problem, unless it is the only one. */
export async function* walkTrees(
  sftp: SFTPWrapper,
  { folder, names }: { readonly folder: string; readonly names: readonly string[] },
  means: TreeMeans,
): AsyncGenerator<TreeStep> {
  const links: TreeStep[] = []
  for (const name of names) {
    try {
      for await (const step of walkTree(sftp, { folder, name }, means)) {
        if (step.kind === 'file' && step.thing.at === name && step.thing.entry.kind === 'link')
          links.push(step)
        else yield step
      }
    } catch (error) {
      if (!(error instanceof FileFailed) || isTheEnd(error) || names.length === 1) throw error
      yield { kind: 'problem', path: `${folder}/${name}`, failure: error }
    }
  }
  yield* links
}

/** Whatever is asked after this goes wrong too. */
export const isTheEnd = ({ failure: { kind } }: FileFailed): boolean =>
  kind === 'late' || kind === 'no-sftp' || kind === 'too-many'

const problem = (path: string, says: string): TreeStep => ({
  kind: 'problem',
  path,
  failure: new FileFailed('failed', says),
})

/** What is in a folder, the last one first. */
async function lookInto(
  sftp: SFTPWrapper,
  { path, at }: TreeThing,
  { budget, step }: TreeMeans,
): Promise<{ readonly things: TreeThing[]; readonly odd: number }> {
  const how = { most: budget.things, until: Infinity, step }
  const { entries, truncated, odd } = await readFolder(sftp, path, how)
  budget.things -= entries.length
  if (truncated) {
    const says = `there are more than ${MAX_TREE_THINGS.toLocaleString('en')} files and folders in it`
    throw new FileFailed('too-many', says)
  }
  // What was listed is this folder, or somebody put a link in its place.
  if ((await realPathOf(sftp, path)) !== path) {
    throw new FileFailed('wrong-kind', `${path} is no folder any more, or was put elsewhere`)
  }
  step()
  const things = entries
    .toSorted(linksFirst)
    .map((entry) => ({ path: `${path}/${entry.name}`, at: `${at}/${entry.name}`, entry }))
  const isTooDeep = things.some((thing) => thing.path.length > MAX_PATH)
  if (isTooDeep)
    throw new FileFailed('failed', `${path.slice(0, 100)}… has paths that are too long`)
  return { things, odd }
}

const linksFirst = (one: FileEntry, other: FileEntry): number =>
  Number(other.kind === 'link') - Number(one.kind === 'link') || (one.name < other.name ? 1 : -1)
