import { ServiceException } from '@fleetkey/domain/exceptions/service-exception'
import type { FileRefusal } from '@fleetkey/wire/terminal/file-listing'
import { FileFailed, type FileFailure } from '../terminals/file-messages.ts'
import { AskRefused } from '../terminals/person.ts'
import { TerminalOver } from '../terminals/terminal-over.ts'

/** By what the host said: the status, the code, and what to do. */
const FAILURES: Readonly<
  Record<FileFailure['kind'], readonly [status: number, code: string, mend: string]>
> = {
  'not-found': [404, 'FileNotFoundException', 'See what is there: list the folder again.'],
  forbidden: [
    403,
    'FileForbiddenException',
    'The account may not do that on the host: choose another place, or log in as one that may.',
  ],
  exists: [409, 'FileExistsException', 'Give it another name, or allow that it is replaced.'],
  'wrong-kind': [409, 'FileKindException', 'Choose a file.'],
  'not-empty': [
    409,
    'FolderNotEmptyException',
    'Delete what is in it first, or "rm -r" it in the terminal.',
  ],
  'too-many': [
    409,
    'TooManyFilesException',
    'Use "rm -r", "du" or "tar" in the terminal, which are made for these.',
  ],
  'not-there-yet': [
    409,
    'UploadOffsetException',
    'Ask how far the upload is, and go on from there.',
  ],
  'no-sftp': [
    503,
    'SftpUnavailableException',
    'The host needs "Subsystem sftp internal-sftp" in its sshd_config, and the terminal must be open.',
  ],
  late: [
    504,
    'FileTimeoutException',
    'Look at the disk of the host, which may be a network file system that hangs, and try again.',
  ],
  failed: [
    502,
    'FileFailedException',
    'See whether the disk of the host is full (df -h), or your part of it (quota), or the file system is read-only.',
  ],
  busy: [429, 'ThrottlingException', 'Wait until some transfers have ended.'],
}

/** Whatever was thrown, as the answer that says it. */
export function fileRefusalOf(error: unknown): FileRefusal & { readonly status: number } {
  if (error instanceof FileFailed) {
    const [status, code, mend] = FAILURES[error.failure.kind]
    return { status, code, message: error.failure.says, mend }
  }
  if (error instanceof TerminalOver) {
    const message = `The terminal has ended: ${error.end.says}`
    return { status: 404, code: 'TerminalNotFoundException', message, mend: 'Open a new one.' }
  }
  if (error instanceof AskRefused) {
    const { code, message } = error.refusal
    return { status: 404, code, message }
  }
  if (error instanceof ServiceException) {
    const { status, code, message } = error
    return { status, code, message }
  }
  return { status: 500, code: 'ServiceException', message: 'Internal error.' }
}
