import { dirname, resolve } from 'node:path'
import { parseWantedFile, type WantedFile } from '@fleetkey/iam/apply/parse-file'
import { readInput } from '../input.ts'

/**
 * Reads an apply file; `-` is standard input. JSON files that it names are looked for from where it is.
 * @throws Failure `fileUnreadable`; ApplyFault for what the file cannot say
 */
export async function readWantedFile(path: string): Promise<WantedFile> {
  const text = await readInput(path)
  const folder = path === '-' ? '.' : dirname(path)
  return await parseWantedFile(text, {
    name: path === '-' ? 'standard input' : path,
    readFile: (name) => readInput(resolve(folder, name)),
  })
}
