import type { FileEntry, FileListing } from '@fleetkey/wire/terminal/file-listing'
import { ask, doorOf, isRecord, refusalOf } from './ask-door.ts'

/** Lists a folder of the host that a terminal is on; an empty path is the user's home. */
export async function listFiles(
  terminalId: string,
  path: string,
  signal: AbortSignal,
): Promise<FileListing> {
  const response = await ask(doorOf(terminalId, 'files', { path }), { signal })
  return asListing(await response.json())
}

export async function makeFolder(terminalId: string, path: string): Promise<void> {
  await ask(doorOf(terminalId, 'folder', { path }), { method: 'POST' })
}

/** Replaces nothing that is there. */
export async function renameFile(terminalId: string, path: string, to: string): Promise<void> {
  await ask(doorOf(terminalId, 'rename', { path, to }), { method: 'POST' })
}

/** A file, a link, or a folder that is empty. */
export async function removeFile(terminalId: string, path: string): Promise<void> {
  await ask(doorOf(terminalId, 'file', { path }), { method: 'DELETE' })
}

/** @param mode octal digits, as chmod has them */
export async function changeMode(terminalId: string, path: string, mode: string): Promise<void> {
  await ask(doorOf(terminalId, 'mode', { path, mode }), { method: 'POST' })
}

function asListing(value: unknown): FileListing {
  if (!isRecord(value) || typeof value['path'] !== 'string' || !Array.isArray(value['entries'])) {
    throw refusalOf(200, undefined)
  }
  return {
    path: value['path'],
    entries: value['entries'].filter(isEntry),
    truncated: value['truncated'] === true,
  }
}

function isEntry(value: unknown): value is FileEntry {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['kind'] === 'string' &&
    typeof value['size'] === 'number' &&
    typeof value['modifiedAt'] === 'number' &&
    typeof value['mode'] === 'number'
  )
}
