/** The path of something in a folder of a host. */
export function within(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`
}

/** The folder that a folder is in; undefined for the root. */
export function above(folder: string): string | undefined {
  if (folder === '/') return undefined
  const at = folder.replace(/\/+$/, '').lastIndexOf('/')
  return at <= 0 ? '/' : folder.slice(0, at)
}

/** Every folder on the way, from the root on. */
export function onTheWay(
  folder: string,
): readonly { readonly name: string; readonly path: string }[] {
  const names = folder.split('/').filter((name) => name !== '')
  return [
    { name: '/', path: '/' },
    ...names.map((name, at) => ({ name, path: `/${names.slice(0, at + 1).join('/')}` })),
  ]
}

/** What is wrong with the name of something that is to be in a folder, or undefined. */
export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name === '.' || name === '..') return 'That is the folder itself, or the one above.'
  if (name.includes('/')) return 'A name has no / in it.'
  // NAME_MAX of Linux.
  if (new TextEncoder().encode(name).length > 255) return 'A name has at most 255 bytes.'
  if (taken.includes(name)) return 'That name is taken in this folder.'
  return undefined
}
