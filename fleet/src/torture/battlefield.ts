import { join } from 'node:path'
import type { ControlPlane } from '../control-plane.ts'
import type { TestFleet } from '../test-fleet.ts'
import { Load } from './load.ts'
import { Oracle } from './oracle.ts'
import { PushClient } from './push-client.ts'
import { PushHistory } from './push-history.ts'
import { createRandom, type Random } from './random.ts'
import { Tally } from './tally.ts'
import { TargetHost } from './target-host.ts'
import { Violations } from './violations.ts'

/** All that takes part in a run: who is killed, who pushes, who watches, who counts. */
export interface Battlefield {
  /** For private keys. */
  readonly dir: string
  readonly plane: ControlPlane
  readonly hosts: readonly TargetHost[]
  readonly client: PushClient
  readonly load: Load
  readonly history: PushHistory
  readonly oracle: Oracle
  readonly tally: Tally
  readonly violations: Violations
  readonly random: Random
  /** Ends the clients and stops watching; the fleet stays. */
  close(): Promise<void>
}

const CLIENTS = 8

/**
 * @param options.users accounts that are pushed for
 * @param options.tell what a person sees at once
 */
export function takeField(
  fleet: TestFleet,
  options: {
    readonly seed: number
    readonly users: readonly string[]
    readonly tell: (line: string) => void
  },
): Battlefield {
  const { dir, plane } = fleet
  const violations = new Violations(options.tell)
  const tally = new Tally()
  const history = new PushHistory()
  const random = createRandom(options.seed)
  const hosts = Object.values(fleet.hosts).map((each) => new TargetHost(each, tally, violations))
  const recorders = hosts.map(({ recorder }) => recorder)
  const file = join(dir, 'server', 'data', 'fleetkey.db')
  const client = new PushClient(plane, history)
  const shared = { dir, hosts, client, history, tally, violations }
  const load = new Load({
    ...shared,
    clients: CLIENTS,
    users: options.users,
    credentials: plane.root,
    random: random.fork(),
  })
  return {
    ...shared,
    plane,
    load,
    oracle: new Oracle({ file, history, hosts: recorders, violations }),
    random: random.fork(),
    async close() {
      client.close()
      await load.end()
      for (const recorder of recorders) recorder.close()
    },
  }
}
