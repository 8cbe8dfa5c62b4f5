import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { matchesPattern } from './pattern.ts'

/** A line of sshd_config(5) and where it stands: sshd itself tells only what came of all of them. */
export interface SshdLine {
  readonly file: string
  readonly number: number
  /** In lower case. */
  readonly keyword: string
  /** Without quotation marks, its words with one blank between them. */
  readonly value: string
  /** The conditions of the Match block that it stands in. */
  readonly match?: string
}

export interface SshdFiles {
  read(path: string): string
  /** Names in a directory; none when it is not there. */
  list(directory: string): readonly string[]
}

const MAX_DEPTH = 16 // servconf.c, SERVCONF_MAX_DEPTH

/** All lines as sshd comes to them, Include by Include. Files that cannot be read have none. */
export function readSshdLines(
  main: string,
  files: SshdFiles = hostFiles,
  depth = 0,
): readonly SshdLine[] {
  let match: string | undefined
  return textOf(main, files)
    .split('\n')
    .flatMap((text, index): readonly SshdLine[] => {
      const [, keyword = '', rest = ''] = /^\s*([A-Za-z][\w]*)[\s=]+(.*?)\s*$/.exec(text) ?? []
      if (keyword === '') return []
      const value = words(rest).join(' ')
      const lower = keyword.toLowerCase()
      if (lower === 'match') {
        match = value.toLowerCase() === 'all' ? undefined : value
        return []
      }
      if (lower === 'include') {
        if (depth >= MAX_DEPTH) return []
        const included = words(rest).flatMap((pattern) => expand(pattern, main, files))
        const within = match
        return included.flatMap((file) =>
          readSshdLines(file, files, depth + 1).map((line) =>
            within === undefined ? line : { ...line, match: line.match ?? within },
          ),
        )
      }
      const where = match === undefined ? {} : { match }
      return [{ file: main, number: index + 1, keyword: lower, value, ...where }]
    })
}

/** The line that gave this setting its value: of the Match blocks the first that says so, else of the common part. */
export function findSshdLine(
  lines: readonly SshdLine[],
  keyword: string,
  isIt: (value: string) => boolean,
): SshdLine | undefined {
  const found = lines.filter((line) => line.keyword === keyword.toLowerCase() && isIt(line.value))
  return found.find(({ match }) => match === undefined) ?? found[0]
}

/** ` (FILE, line 3)`, or nothing when no file says it. */
export function place(line: SshdLine | undefined): string {
  if (line === undefined) return ''
  const { file, number, match } = line
  return ` (${file}, line ${number}${match === undefined ? '' : `, in Match ${match}`})`
}

/** A `#` begins a comment only where a word could begin; words may be quoted. */
function words(rest: string): readonly string[] {
  const found: string[] = []
  for (const [word, quotedText] of rest.matchAll(/"([^"]*)"|\S+/g)) {
    if (word.startsWith('#')) break
    found.push(quotedText ?? word)
  }
  return found
}

/** Relative paths are below the main file's directory. */
const expand = (pattern: string, main: string, files: SshdFiles): readonly string[] =>
  matching(pattern.startsWith('/') ? pattern : `${dirname(main)}/${pattern}`, files)

/** glob(7), but for brackets. */
function matching(path: string, files: SshdFiles): readonly string[] {
  if (!/[*?]/.test(path)) return [path]
  return matching(dirname(path), files).flatMap((directory) =>
    files
      .list(directory)
      .filter((name) => matchesPattern(basename(path), name) && !name.startsWith('.'))
      .toSorted()
      .map((name) => `${directory}/${name}`),
  )
}

function textOf(path: string, files: SshdFiles): string {
  try {
    return files.read(path)
  } catch {
    return ''
  }
}

export const hostFiles: SshdFiles = {
  read: (path) => readFileSync(path, 'latin1').slice(0, 1 << 20),
  list(directory) {
    try {
      return readdirSync(directory)
    } catch {
      return []
    }
  },
}
