/** What is put into ~/.ssh/config, and nothing else of it is touched. */
const BEGIN = '# >>> fleetkey >>> (undo: fleetkey ssh-config uninstall)'
const END = '# <<< fleetkey <<<'

/** The configuration with our include at its very top: below a Host line it would count for that host only. */
export function withInclude(config: string, path: string): string {
  return `${BEGIN}\nInclude ${path}\n${END}\n${withoutInclude(config)}`
}

/** The configuration as it was. A block whose end was taken away by hand is left to that hand, but for its first line. */
export function withoutInclude(config: string): string {
  const lines = config.split('\n')
  const from = lines.findIndex((line) => line.trim() === BEGIN)
  if (from === -1) return config
  const to = lines.findIndex((line, at) => at > from && line.trim() === END)
  lines.splice(from, to === -1 ? 1 : to - from + 1)
  return lines.join('\n')
}

export function hasInclude(config: string): boolean {
  return config.split('\n').some((line) => line.trim() === BEGIN)
}
