const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** `1.5 MB`, by thousands as network speeds are. */
export function byteText(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`
}
