import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseHostFacts, type HostFacts } from './host-facts.ts'

const FACTS: HostFacts = {
  hostname: 'web-1',
  os: 'Debian GNU/Linux 12 (bookworm)',
  architecture: 'x86_64',
  agentVersion: '0.1.0',
  addresses4: ['192.0.2.7'],
  addresses6: ['2001:db8::7'],
  sshAddresses: ['192.0.2.7'],
  sshPort: 22,
  tunnelPorts: [22],
  sshdVersion: '',
  hostKeys: ['ssh-ed25519 AAAA'],
  delivery: 'command',
  lock: { kind: 'locked' },
  problems: [],
  abilities: ['examine'],
}

/** Agents from before there were tunnels, or examinations, do not say these. */
const SINCE_TUNNELS = ['sshAddresses', 'tunnelPorts', 'abilities']

const refuses = (changes: object) =>
  assert.equal(parseHostFacts({ ...FACTS, ...changes }), undefined, JSON.stringify(changes))

describe('the facts of a host', () => {
  it('are taken as they are, and nothing beside them', () => {
    assert.deepEqual(parseHostFacts(FACTS), FACTS)
    assert.deepEqual(parseHostFacts({ ...FACTS, tags: { env: 'dev' }, Name: 'x' }), FACTS)
    for (const lock of [
      { kind: 'open', ways: ['password'] },
      { kind: 'unknown', because: 'no sshd' },
    ] as const) {
      assert.deepEqual(parseHostFacts({ ...FACTS, lock })?.lock, lock)
    }
  })

  it('are refused when any is missing or of another type', () => {
    for (const name of Object.keys(FACTS)) {
      if (!SINCE_TUNNELS.includes(name)) refuses({ [name]: undefined })
      refuses({ [name]: null })
      refuses({ [name]: { length: 1 } })
    }
    for (const value of [undefined, null, [], 'facts', 1]) {
      assert.equal(parseHostFacts(value), undefined)
    }
  })

  it('are taken from an agent that knows no tunnels yet: none lead there, and sshd answers at all it reports', () => {
    const { sshAddresses: _, tunnelPorts: __, ...older } = FACTS
    assert.deepEqual(parseHostFacts(older), {
      ...FACTS,
      sshAddresses: ['192.0.2.7', '2001:db8::7'],
      tunnelPorts: [],
    })
  })

  it('are refused over their limits (would fill the memory of the server)', () => {
    assert.ok(parseHostFacts({ ...FACTS, hostname: 'x'.repeat(256) }))
    refuses({ hostname: 'x'.repeat(257) })
    assert.ok(parseHostFacts({ ...FACTS, hostKeys: ['x'.repeat(2048)] }))
    refuses({ hostKeys: ['x'.repeat(2049)] })
    assert.ok(parseHostFacts({ ...FACTS, addresses4: Array(64).fill('192.0.2.1') }))
    refuses({ addresses4: Array(65).fill('192.0.2.1') })
    refuses({ problems: ['x'.repeat(257)] })
  })

  it('are refused with control characters (act on the terminal that shows them)', () => {
    for (const sign of ['\u001b[2J', '\n', '\r', '\0', '\u009b', '\u202e', '\u2028', '\u200b']) {
      refuses({ hostname: `web${sign}` })
      refuses({ problems: [`full${sign}`] })
      refuses({ lock: { kind: 'open', ways: [sign] } })
      refuses({ lock: { kind: 'unknown', because: sign } })
    }
  })

  it('are refused with a port that is none', () => {
    for (const port of [0, -1, 65_536, 22.5, NaN, '22']) {
      refuses({ sshPort: port })
      refuses({ tunnelPorts: [22, port] })
    }
    refuses({ tunnelPorts: Array(65).fill(22) })
  })

  it('are refused with an unknown delivery or lock', () => {
    refuses({ delivery: 'post' })
    refuses({ delivery: 'constructor' })
    refuses({ lock: { kind: 'half' } })
    refuses({ lock: { kind: 'open' } })
  })
})
