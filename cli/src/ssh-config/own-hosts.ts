/** The names that a person's own ssh_config has a Host line for; they stay the person's. Patterns say nothing about one name. */
export function ownHosts(config: string): readonly string[] {
  const names = config.split('\n').flatMap((line) => {
    const [, rest] = /^\s*host(?:\s+|\s*=\s*)(.*)$/i.exec(line) ?? []
    return (rest ?? '').split(/[\s"]+/)
  })
  return [...new Set(names.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)))]
}
