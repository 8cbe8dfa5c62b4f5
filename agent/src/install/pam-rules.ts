import { existsSync, readFileSync } from 'node:fs'

/** pam.d(5) */
const DIRECTORIES = ['/etc/pam.d', '/usr/lib/pam.d', '/usr/etc/pam.d']
const MAX_DEPTH = 8

/**
 * Before sshd opens a session it lets the modules of `auth` set the user's credentials, and pam_env among them takes what
 * `~/.pam_environment` says, if it is told to: a user could then give the hook, which runs as root, an LD_PRELOAD. That is the only thing that
 * stands in the way; the same in `session` rules is common (Debian) and comes after the hook.
 */
export function findPamProblem(file: string): string | undefined {
  return takesUserEnvironment(file, 'auth', 0)
    ? `in ${file} users may set the environment of PAM (pam_env.so user_readenv=1 among the auth rules)`
    : undefined
}

/** Also in the files that this one includes. One that cannot be read or nests without end is taken for the worst. */
function takesUserEnvironment(file: string, type: string, depth: number): boolean {
  if (depth > MAX_DEPTH) return true
  let text: string
  try {
    text = readFileSync(file, 'latin1')
  } catch {
    return true
  }
  return rulesOf(text).some((rule) => {
    const words = rule.split(/\s+/)
    if (words[0] === '@include') return follow(words[1], { type, depth })
    if (words[0]?.replace(/^-/, '').toLowerCase() !== type) return false
    // A control may be several words in brackets.
    const rest = rule.replace(/^\S+\s+(?:\[[^\]]*\]|\S+)\s+/, '').split(/\s+/)
    if (/^(?:include|substack)$/i.test(words[1] ?? '')) return follow(rest[0], { type, depth })
    const [module = '', ...options] = rest
    return (
      /(?:^|\/)pam_env\.so$/.test(module) && options.some((one) => /^user_readenv=[^0]/.test(one))
    )
  })
}

function follow(
  name: string | undefined,
  { type, depth }: { readonly type: string; readonly depth: number },
): boolean {
  if (name === undefined) return false
  const paths = name.startsWith('/')
    ? [name]
    : DIRECTORIES.map((directory) => `${directory}/${name}`)
  const found = paths.find((path) => existsSync(path))
  return found !== undefined && takesUserEnvironment(found, type, depth + 1)
}

/** Without comments, and with the lines joined that a backslash joins. */
function rulesOf(text: string): readonly string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}
