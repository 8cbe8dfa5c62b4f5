/** A terminal as ListTerminals shows it. Times are seconds since 1970. */
export interface OpenTerminal {
  readonly TerminalId: string
  readonly InstanceId: string
  readonly InstanceName?: string
  readonly InstanceOSUser: string
  readonly UserName: string
  readonly Mine: boolean
  readonly StartTime: number
  readonly IdleSeconds: number
  readonly Devices: number
  readonly Watching: number
  readonly Recorded: boolean
  /** Of the push that let it in. */
  readonly GrantId: string
}

/** The list with what was told since: those that it has in their places, new ones first. */
export function withTerminals(
  terminals: readonly OpenTerminal[],
  news: { readonly changed: readonly OpenTerminal[]; readonly gone: readonly string[] },
): readonly OpenTerminal[] {
  const changed = new Map(news.changed.map((one) => [one.TerminalId, one]))
  const gone = new Set(news.gone)
  const known = terminals.map((one) => {
    const now = changed.get(one.TerminalId) ?? one
    changed.delete(one.TerminalId)
    return now
  })
  return [...changed.values(), ...known].filter(({ TerminalId }) => !gone.has(TerminalId))
}
