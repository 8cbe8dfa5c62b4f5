const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** Seconds of a span as people write it, `90s`, `15m`, `2h` or `1d`; undefined for anything else. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d{1,7})([smhd])$/.exec(text)
  if (!match) return undefined
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
}
