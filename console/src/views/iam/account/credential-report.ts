/** What the credential report tells of one user, as far as pages show it. Times are seconds since 1970. */
export interface CredentialLine {
  readonly user: string
  readonly hasPassword: boolean
  readonly passwordLastUsed: number | undefined
  readonly passwordChanged: number | undefined
  readonly passwordExpires: number | undefined
  readonly hasFactor: boolean
  readonly keys: readonly KeyLine[]
}

interface KeyLine {
  readonly isActive: boolean
  readonly createdAt: number
  readonly lastUsed: number | undefined
}

/** The account root's line. */
export const ROOT_LINE = '<root_account>'

/** Reads AWS's report. Columns are found by their headings. */
export function readCredentialReport(csv: string): readonly CredentialLine[] {
  const [headings = [], ...rows] = readCsv(csv)
  return rows.map((row) => {
    const field = (name: string) => row[headings.indexOf(name)] ?? ''
    const time = (name: string) => timeOf(field(name))
    return {
      user: field('user'),
      hasPassword: field('password_enabled') === 'true',
      passwordLastUsed: time('password_last_used'),
      passwordChanged: time('password_last_changed'),
      passwordExpires: time('password_next_rotation'),
      hasFactor: field('mfa_active') === 'true',
      keys: [1, 2].flatMap((number): readonly KeyLine[] => {
        const createdAt = time(`access_key_${number}_last_rotated`)
        if (createdAt === undefined) return []
        const isActive = field(`access_key_${number}_active`) === 'true'
        return [{ isActive, createdAt, lastUsed: time(`access_key_${number}_last_used_date`) }]
      }),
    }
  })
}

/** When anything of it was last used. */
export function lastActivity({ passwordLastUsed, keys }: CredentialLine): number | undefined {
  const uses = [passwordLastUsed, ...keys.map(({ lastUsed }) => lastUsed)]
  const known = uses.filter((use) => use !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

/** When the oldest key that opens anything was made. */
export function oldestActiveKey({ keys }: CredentialLine): number | undefined {
  const active = keys.filter(({ isActive }) => isActive).map(({ createdAt }) => createdAt)
  return active.length === 0 ? undefined : Math.min(...active)
}

/** `N/A`, `no_information` and `not_supported` are no time. */
function timeOf(field: string): number | undefined {
  const at = Date.parse(field)
  return Number.isNaN(at) ? undefined : at / 1000
}

/** RFC 4180. A field in quotes may hold a comma. */
function readCsv(text: string): readonly (readonly string[])[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    )
}
