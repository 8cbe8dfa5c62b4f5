import { EventEmitter } from 'node:events'
import type { SFTPWrapper } from 'ssh2'

/** What a test's host has: folders as objects, files as text, links as `{ link }`, and what is none of these as `'socket'` in an array. */
export type Tree = { readonly [name: string]: Tree | string | TreeLink | TreeSocket }
export interface TreeLink {
  readonly link: string
}
export type TreeSocket = readonly ['socket']

type Node = Tree | string | TreeLink | TreeSocket
type Done<Value = undefined> = (error: object | undefined, value?: Value) => void

const NOT_THERE = { code: 2, message: 'No such file' }
const FORBIDDEN = { code: 3, message: 'Permission denied' }
const FAILURE = { code: 4, message: 'Failure' }
const IS_END = { code: 1, message: 'End of file' }
const MODIFIED_AT = 1_700_000_000

/**
 * The SFTP of a host that has this tree at its root, as far as trees are gone through. `odd` says what it does of its own: each is asked before the tree is.
 * @returns what is left of it, too
 */
export function sftpOfTree(
  root: Tree,
  odd: {
    /** Names that a folder has beside those that are there. */
    readonly alsoNames?: (path: string) => readonly string[]
    readonly realPath?: (path: string) => string | undefined
    /** May not be read, listed or taken away. */
    readonly forbidden?: ReadonlySet<string>
    /** A file turns out to have so many bytes. */
    readonly cutAt?: number
  } = {},
): { readonly sftp: SFTPWrapper; readonly paths: () => readonly string[] } {
  const tree = new Map<string, Node>()
  const put = (path: string, node: Node) => {
    tree.set(path, node)
    if (!isFolder(node)) return
    for (const [name, each] of Object.entries(node))
      put(`${path === '/' ? '' : path}/${name}`, each)
  }
  put('/', root)
  const namesIn = (folder: string) => {
    const within = folder === '/' ? '/' : `${folder}/`
    return [...tree.keys()]
      .filter(
        (path) =>
          path !== '/' && path.startsWith(within) && !path.slice(within.length).includes('/'),
      )
      .map((path) => path.slice(within.length))
  }
  const attributes = (path: string) => {
    const node = tree.get(path) ?? ''
    return {
      size: typeof node === 'string' ? Buffer.byteLength(node) : 0,
      mtime: MODIFIED_AT,
      mode: 0o644,
      isDirectory: () => isFolder(node),
      isSymbolicLink: () => isLink(node),
      isFile: () => typeof node === 'string',
    }
  }
  const may = (path: string, done: Done<never>) => {
    const no = !tree.has(path)
      ? NOT_THERE
      : odd.forbidden?.has(path) === true
        ? FORBIDDEN
        : undefined
    if (no !== undefined) setImmediate(() => done(no))
    return no === undefined
  }
  const later = <Value>(done: Done<Value>, value?: Value) =>
    void setImmediate(() => done(undefined, value))
  const open = new Map<string, { readonly path: string; isTold: boolean }>()
  const handleOf = (path: string) => {
    const handle = `h${open.size}`
    open.set(handle, { path, isTold: false })
    return Buffer.from(handle)
  }
  const sftp = {
    realpath: (path: string, done: Done<string>) =>
      later(done, odd.realPath?.(path) ?? (path === '.' ? '/' : path)),
    lstat: (path: string, done: Done<object>) =>
      tree.has(path) ? later(done, attributes(path)) : done(NOT_THERE),
    opendir: (path: string, done: Done<Buffer>) =>
      may(path, done as Done<never>) && later(done, handleOf(path)),
    readdir(handle: Buffer, done: Done<readonly object[]>) {
      const at = open.get(handle.toString())
      if (at === undefined || at.isTold) return setImmediate(() => done(IS_END))
      at.isTold = true
      const names = ['.', '..', ...namesIn(at.path), ...(odd.alsoNames?.(at.path) ?? [])]
      const within = at.path === '/' ? '' : at.path
      const file = attributes('')
      const told = names.map((filename) => {
        const path = `${within}/${filename}`
        return { filename, longname: '', attrs: tree.has(path) ? attributes(path) : file }
      })
      return later(done, told)
    },
    readlink: (path: string, done: Done<string>) => later(done, (tree.get(path) as TreeLink).link),
    open: (path: string, _flags: string, done: Done<Buffer>) =>
      may(path, done as Done<never>) && later(done, handleOf(path)),
    read(
      handle: Buffer,
      into: Buffer,
      at: number,
      length: number,
      from: number,
      done: Done<number>,
    ) {
      const node = tree.get(open.get(handle.toString())?.path ?? '')
      const bytes = Buffer.from(typeof node === 'string' ? node : '')
        .subarray(0, odd.cutAt)
        .subarray(from, from + length)
      bytes.copy(into, at)
      if (bytes.length === 0) setImmediate(() => done(IS_END))
      else later(done, bytes.length)
    },
    close: (_handle: Buffer, done: Done) => later(done),
    unlink(path: string, done: Done) {
      if (!may(path, done as Done<never>)) return
      tree.delete(path)
      later(done)
    },
    rmdir(path: string, done: Done) {
      if (!may(path, done as Done<never>)) return
      if (namesIn(path).length > 0) return void setImmediate(() => done(FAILURE))
      tree.delete(path)
      later(done)
    },
  }
  return {
    sftp: Object.assign(new EventEmitter(), sftp) as unknown as SFTPWrapper,
    paths: () => [...tree.keys()].toSorted(),
  }
}

const isLink = (node: Node): node is TreeLink => typeof node === 'object' && 'link' in node
const isFolder = (node: Node): node is Tree =>
  typeof node === 'object' && !Array.isArray(node) && !isLink(node)
