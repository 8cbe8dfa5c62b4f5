import { chmodSync, existsSync, lchownSync, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { findHelperProblems, writeHelper } from '../../install/helper.ts'
import { findPathProblems } from '../../install/protected-path.ts'
import type { Fix } from '../fix.ts'
import { MendRefused } from '../fix.ts'
import { isWanted } from './is-wanted.ts'

export const helperFix: Fix = {
  name: 'helper',
  async plan(host) {
    const { helper } = host.paths
    if (!isWanted(host) || findHelperProblems(helper).length === 0) return []
    const [problem] = findPathProblems(dirname(dirname(helper)))
    // Directories of the system are somebody else's.
    if (problem !== undefined) throw new MendRefused(problem)
    return [`write ${helper} as this version of the agent has it, root's, mode 755`]
  },
  async apply({ paths }) {
    const directory = dirname(paths.helper)
    if (existsSync(directory)) {
      if (!lstatSync(directory).isDirectory()) {
        throw new MendRefused(`${directory} is no directory: remove it.`)
      }
      lchownSync(directory, 0, 0)
      chmodSync(directory, 0o755)
    }
    writeHelper()
  },
}
