import { ApplyFault } from '@fleetkey/iam/apply/apply-fault'

/** A file that somebody chose or dropped, as far as it is read. */
export interface GivenFile {
  readonly name: string
  readonly text: string
}

/** What becomes of files that were given: the one in YAML is edited, policies in JSON stand beside it. */
export interface SortedFiles {
  readonly file: GivenFile | undefined
  readonly policies: readonly GivenFile[]
}

/** Of several in YAML the last one counts. */
export function sortFiles(given: readonly GivenFile[]): SortedFiles {
  const isPolicy = ({ name }: GivenFile) => /\.json$/i.test(name)
  return {
    file: given.findLast((one) => !isPolicy(one)),
    policies: given.filter(isPolicy),
  }
}

/** More than any account has; as the command takes it. */
const MAX_BYTES = 1024 * 1024

/** Throws ApplyFault `file` for one that is too long, or no text. */
export async function readGiven(
  file: Pick<File, 'name' | 'size' | 'arrayBuffer'>,
): Promise<GivenFile> {
  const { name } = file
  if (file.size > MAX_BYTES) {
    throw new ApplyFault('file', `${name} is longer than a mebibyte.`, {
      todo: ['Give the file that "fleetkey iam apply" would take.'],
    })
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
    return { name, text }
  } catch (error) {
    throw new ApplyFault('file', `${name} cannot be read as text.`, {
      why: [error instanceof Error ? error.message : String(error)],
    })
  }
}

/**
 * The policy that a file names by a path. Browsers tell no folders of what is given: the last part of the path must fit, and only one.
 * Throws ApplyFault `file` when none does.
 */
export function findPolicyFile(policies: readonly GivenFile[], path: string): string {
  const wanted = path.slice(path.lastIndexOf('/') + 1)
  const [found] = policies.filter(({ name }) => name === wanted)
  if (found !== undefined) return found.text
  throw new ApplyFault('file', `The file names ${path}, which was not given.`, {
    todo: ['Choose that file as well, or write the policy where its path stands.'],
  })
}
