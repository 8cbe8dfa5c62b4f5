/** What nft tells of our table (libnftables-json(5)), as far as we read it. */
export interface TableTold {
  /** Rules in its chain. */
  readonly rules: number
  /** What they say, in words that mean nothing but that they are the same. */
  readonly wording: string
  readonly seen: readonly Seen[]
}

/** Connections to a port of sshd that no rule lets in. */
export interface Seen {
  readonly address: string
  readonly port: number
  /** SYNs since the address came into the set. */
  readonly packets: number
}

/** Undefined for what has not that shape. */
export function parseTable(value: unknown): TableTold | undefined {
  const items = isRecord(value) ? value['nftables'] : undefined
  if (!Array.isArray(items)) return undefined
  const objects = (items as readonly unknown[]).filter(isRecord)
  const rules = objects.flatMap(({ rule }) => (isRecord(rule) ? [rule['expr']] : []))
  return {
    rules: rules.length,
    wording: JSON.stringify(rules),
    seen: objects.flatMap(({ set }) =>
      isRecord(set) && (set['name'] === 'seen4' || set['name'] === 'seen6')
        ? elementsOf(set['elem'])
        : [],
    ),
  }
}

function elementsOf(list: unknown): readonly Seen[] {
  if (!Array.isArray(list)) return []
  return (list as readonly unknown[]).flatMap((item) => {
    const element = isRecord(item) ? item['elem'] : undefined
    if (!isRecord(element)) return []
    const { val, counter } = element
    const parts = isRecord(val) ? val['concat'] : undefined
    const packets = isRecord(counter) ? counter['packets'] : undefined
    if (!Array.isArray(parts)) return []
    const [address, port] = parts as readonly unknown[]
    if (typeof address !== 'string' || !Number.isSafeInteger(port)) return []
    return Number.isSafeInteger(packets)
      ? [{ address, port: Number(port), packets: Number(packets) }]
      : []
  })
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
