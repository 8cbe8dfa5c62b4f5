/** The four account files of a host, as text. */
export interface Accounts {
  readonly passwd: string
  readonly group: string
  readonly shadow: string
  readonly gshadow: string
  /** The people of the host, in the order asked for. */
  readonly people: readonly Account[]
}

export interface Account {
  readonly name: string
  readonly uid: number
  readonly home: string
}

const firstPersonUid = 1001

/**
 * System accounts as the machine below has them (package scripts and PAM count on them), people as asked, uid 1001 and up.
 * Nobody has a password: '*' and not '!', which sshd without PAM takes for "account is locked".
 */
export function accountsOf(
  users: readonly string[],
  machine: { readonly passwd: string; readonly group: string },
): Accounts {
  const people = users.map((name, index) => {
    if (!/^[a-z_][a-z0-9_.-]{0,31}$/.test(name)) throw new Error(`not a user name: ${name}`)
    return { name, uid: firstPersonUid + index, home: `/home/${name}` }
  })
  const passwd = [
    ...rows(machine.passwd),
    ...people.map(({ name, uid, home }) =>
      [name, 'x', uid, uid, '', home, '/bin/bash'].map(String),
    ),
  ]
  const names = passwd.map(([name]) => name)
  if (new Set(names).size < names.length)
    throw new Error(`a user exists twice: ${users.join(', ')}`)
  const group = [
    ...rows(machine.group).map((row) => [...row.slice(0, 3), members(row, names)]),
    ...people.map(({ name, uid }) => [name, 'x', String(uid), '']),
  ]
  return {
    passwd: text(passwd),
    group: text(group),
    shadow: text(passwd.map(([name = '']) => [name, '*', '19000', '0', '99999', '7', '', '', ''])),
    gshadow: text(group.map(([name = '', , , list = '']) => [name, '*', '', list])),
    people,
  }
}

function rows(file: string): string[][] {
  return file
    .split('\n')
    .map((line) => line.split(':'))
    .filter((row) => row.length > 3 && isSystemId(Number(row[2])))
}

function isSystemId(id: number): boolean {
  return id < 1000 || id === 65534
}

function members(row: readonly string[], names: readonly (string | undefined)[]): string {
  return (row[3] ?? '')
    .split(',')
    .filter((name) => names.includes(name))
    .join(',')
}

function text(table: readonly (readonly string[])[]): string {
  return table.map((row) => `${row.join(':')}\n`).join('')
}
