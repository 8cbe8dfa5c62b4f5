/** Whether ssh_config takes the path as it is: absolute, no blanks, quotes, `%`, `~` or `$`. */
export function isPlainPath(path: string): boolean {
  return /^\/[A-Za-z0-9/._+-]*$/.test(path)
}
