/** A line of pam.conf(5) for one service, with what it includes put in its place. */
export interface PamRule {
  readonly type: 'account' | 'auth' | 'password' | 'session'
  readonly control: string
  /** Without its directory, e.g. `pam_access.so`. */
  readonly module: string
  readonly args: readonly string[]
}

const MAX_DEPTH = 8

/** The rules of one type in their order. `read` gives the text of a file in /etc/pam.d, or throws. */
export function readPamRules(
  service: string,
  type: PamRule['type'],
  read: (name: string) => string,
  depth = 0,
): readonly PamRule[] {
  if (depth > MAX_DEPTH) return []
  return textOf(service, read)
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line): readonly PamRule[] => {
      const text = line.replace(/#.*/, '').trim()
      const included = /^@include\s+([\w.-]+)$/.exec(text)?.[1]
      if (included !== undefined) return readPamRules(included, type, read, depth + 1)
      const [, found, control = '', path = '', rest = ''] =
        /^-?(\w+)\s+(\[[^\]]*\]|\w+)\s+(\S+)\s*(.*)$/.exec(text) ?? []
      if (found !== type) return []
      if (control === 'include' || control === 'substack') {
        return readPamRules(path, type, read, depth + 1)
      }
      const module = path.replace(/^.*\//, '')
      return [{ type, control, module, args: rest.split(/\s+/).filter((arg) => arg !== '') }]
    })
}

function textOf(service: string, read: (name: string) => string): string {
  try {
    return read(service)
  } catch {
    return ''
  }
}
