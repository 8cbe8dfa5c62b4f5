/**
 * Names of accounts on an instance that a login may be for: the two patterns of AWS's `InstanceOSUser` (1 to 32
 * characters; may begin with digits, may not be all digits, because useradd and sshd would read those as a uid).
 * Nothing that matches can leave a directory or begin an option: no `/`, no leading `.` or `-`.
 */
const NAME_FIRST_LETTER = /^[A-Za-z_][A-Za-z0-9@._-]{0,30}[A-Za-z0-9$_-]?$/
const NAME_FIRST_DIGIT = /^(?=.{2,32}$)[0-9]{1,32}[A-Za-z@._-][A-Za-z0-9@._-]*[A-Za-z0-9$_-]?$/

export function isOsUser(text: string): boolean {
  return NAME_FIRST_LETTER.test(text) || NAME_FIRST_DIGIT.test(text)
}

/** AWS's two patterns as one, for error texts. */
export const OS_USER_PATTERN = new RegExp(`${NAME_FIRST_LETTER.source}|${NAME_FIRST_DIGIT.source}`)
