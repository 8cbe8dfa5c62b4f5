/** A row of the account database: passwd(5), whatever the name service has it from. */
export interface PasswdRow {
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** GECOS. */
  readonly comment: string
  readonly home: string
  /** Empty means /bin/sh. */
  readonly shell: string
}

/** One line without its end: seven fields, the third and fourth numbers. Anything else is no account. */
export function parsePasswdRow(line: string): PasswdRow | undefined {
  const fields = line.split(':')
  const [name, , uid, gid, comment = '', home = '', shell = ''] = fields
  if (fields.length !== 7 || !name || line.includes('\n')) return undefined
  if (!isId(uid) || !isId(gid)) return undefined
  return { name, uid: Number(uid), gid: Number(gid), comment, home, shell }
}

export const parsePasswd = (text: string): readonly PasswdRow[] =>
  text.split('\n').flatMap((line) => parsePasswdRow(line) ?? [])

/** (uid_t) -1 means "no user" to the kernel. */
const isId = (text: string | undefined) =>
  text !== undefined && /^[0-9]{1,10}$/.test(text) && Number(text) < 0xffff_ffff
