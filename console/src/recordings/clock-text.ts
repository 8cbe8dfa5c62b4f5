/** `1:02:03`, `2:05`: whole seconds, as players show them. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return whole < 3600 ? rest.replace(/^0/, '') : `${Math.floor(whole / 3600)}:${rest}`
}

/** For those who hear it: `1 hour 2 minutes 3 seconds`. */
export function clockWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [
    [Math.floor(whole / 3600), 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ] as const
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
  return said.join(' ') || '0 seconds'
}

/** What a time link says (`?t=125`, `?t=2:05`, `?t=1:02:03`), in seconds; undefined when it says nothing. */
export function parseClock(text: string | null): number | undefined {
  if (text === null) return undefined
  const parts = text.split(':')
  if (parts.length > 3 || !parts.every((part) => /^\d{1,6}(\.\d{1,20})?$/.test(part)))
    return undefined
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0)
}
