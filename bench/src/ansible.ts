import { readFile } from 'node:fs/promises'
import { startControlPlane, type ControlPlane } from '@fleetkey/fleet/control-plane'
import { startEnrolledHost, type EnrolledHost } from '@fleetkey/fleet/enrolled-host'
import { CHECKOUT, CHECKOUT_IN_HOST } from '@fleetkey/fleet/fleetkey'
import type { Host } from '@fleetkey/fleet/host'
import { openHostNetwork, type HostNetwork } from '@fleetkey/fleet/host-network'
import { generateKey, writeKnownHosts } from '@fleetkey/fleet/ssh'
import { medianFigure, spreadOf } from './figure.ts'
import { OS_USER } from './host-under-test.ts'
import type { Question, Run } from './question.ts'

const PLAY = `- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - copy: {content: 'by ansible', dest: ~/by-ansible}
    - command: cat by-ansible
`
/** So many hosts start at once: each start takes a second of a processor. */
const AT_ONCE = 4

/**
 * What an Ansible play takes longer when plain ssh goes the way of `fleetkey ssh-config install` (a process of ours, a look-up and a new
 * key for each host) than with a standing key: all hosts at once, in turns, no connection kept from one play to the next.
 */
export const ansible: Question = {
  name: 'ansible',
  async ask(run) {
    const fleet = await startFleet(run)
    try {
      const ways = { ours: () => fleet.play('ours'), theirs: () => fleet.play('theirs') }
      const seconds = { ours: [] as number[], theirs: [] as number[] }
      await ways.ours() // warms up
      await ways.theirs()
      for (let turn = 0; turn < (run.quick ? 1 : 3); turn++) {
        run.say(`turn ${turn + 1}`)
        for (const way of turn % 2 === 0
          ? (['theirs', 'ours'] as const)
          : (['ours', 'theirs'] as const)) {
          seconds[way].push(await ways[way]())
        }
      }
      const many = `${fleet.size} hosts at once`
      return [
        {
          what: `an Ansible play on ${many}, ssh-config ÷ static key`,
          unit: '',
          value: spreadOf(seconds.ours).median / spreadOf(seconds.theirs).median,
        },
        medianFigure(`an Ansible play on ${many}, ssh-config`, 's', { values: seconds.ours }),
        medianFigure(`an Ansible play on ${many}, static key`, 's', { values: seconds.theirs }),
      ]
    } finally {
      await fleet.stop()
    }
  },
}

/** Hosts, and a desk from which the plays start. */
interface AnsibleFleet {
  readonly size: number
  /** Seconds of a whole play. */
  play(way: 'ours' | 'theirs'): Promise<number>
  stop(): Promise<void>
}

async function startFleet(run: Run): Promise<AnsibleFleet> {
  const size = run.quick ? 3 : 20
  run.say(`starting a control plane and ${size} hosts`)
  const network = await openHostNetwork({ stateDir: `${run.dir}/hosts`, label: 'fleetkey bench' })
  let plane: ControlPlane | undefined
  const stop = async () => {
    await plane?.stop()
    await network.close()
  }
  try {
    plane = await startControlPlane({ dir: `${run.dir}/server`, address: network.address4 })
    const hosts = await startHosts(network, plane, size)
    const desk = await network.startHost({
      name: 'desk',
      users: [OS_USER],
      mounts: [{ from: CHECKOUT, to: CHECKOUT_IN_HOST }],
    })
    const type = typist(desk, plane)
    await furnish(run, { desk, plane, hosts, type })
    let plays = 0
    return {
      size,
      stop,
      async play(way) {
        const before = performance.now()
        const settings = `ANSIBLE_TIMEOUT=60 ANSIBLE_SSH_CONTROL_PATH_DIR=/tmp/${plays++}`
        await type(`${settings} ansible-playbook -f ${size} -i ${way} play.yml`)
        return (performance.now() - before) / 1000
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startHosts(network: HostNetwork, plane: ControlPlane, size: number) {
  const hosts: EnrolledHost[] = []
  while (hosts.length < size) {
    const batch = Array.from({ length: Math.min(AT_ONCE, size - hosts.length) }, (_, n) =>
      startEnrolledHost(network, plane, { name: `node-${hosts.length + n}`, users: [OS_USER] }),
    )
    hosts.push(...(await Promise.all(batch)))
  }
  return hosts
}

/** Types a line at the desk, which must go well. */
function typist(desk: Host, plane: ControlPlane) {
  const env = {
    ...plane.root,
    AWS_CA_BUNDLE: CA_FILE,
    HOME,
    PATH: `/usr/local/bin:/usr/bin:/bin:${CHECKOUT_IN_HOST}/cli/bin`,
    LANG: 'C.UTF-8',
  }
  return async (line: string): Promise<string> => {
    const argv = ['/sbin/runuser', '-u', OS_USER, '--', '/bin/bash', '-c', `cd && ${line}`] as const
    const { code, stdout, stderr } = await desk.exec([...argv], { env, timeoutMs: 300_000 })
    if (code !== 0) throw new Error(`${line}: exit ${code}\n${stderr}${stdout}`)
    return stdout
  }
}

const HOME = `/home/${OS_USER}`
const CA_FILE = '/etc/fleetkey-ca.pem'

/** Two inventories of the same hosts: by the names that ssh-config knows, and by address with a key of the old kind. */
async function furnish(
  run: Run,
  parts: {
    readonly desk: Host
    readonly plane: ControlPlane
    readonly hosts: readonly EnrolledHost[]
    readonly type: (line: string) => Promise<string>
  },
): Promise<void> {
  const { desk, plane, hosts, type } = parts
  const own = { owner: `${OS_USER}:${OS_USER}`, mode: '0600' }
  const key = await generateKey(run.dir, 'ed25519', 'static')
  const knownHosts = `${run.dir}/known_hosts`
  await writeKnownHosts(
    knownHosts,
    hosts.map(({ host }) => host),
  )
  await Promise.all(
    hosts.map(({ host }) =>
      host.writeFile(`${HOME}/.ssh/authorized_keys`, `${key.publicKey}\n`, own),
    ),
  )
  await desk.writeFile(CA_FILE, await readFile(plane.caFile, 'utf8'))
  await desk.writeFile(`${HOME}/static`, await readFile(key.identityFile, 'utf8'), own)
  await desk.writeFile(`${HOME}/static-hosts`, await readFile(knownHosts, 'utf8'), own)
  await desk.writeFile(`${HOME}/play.yml`, PLAY, own)
  await desk.writeFile(`${HOME}/ours`, hosts.map(({ host }) => `${host.name}\n`).join(''), own)
  const options = `-F none -i ${HOME}/static -o UserKnownHostsFile=${HOME}/static-hosts -o IdentitiesOnly=yes`
  const theirs = hosts.map(
    ({ host }) =>
      `${host.name} ansible_host=${host.address4} ansible_ssh_common_args="${options}"\n`,
  )
  await desk.writeFile(`${HOME}/theirs`, theirs.join(''), own)
  await type('fleetkey ssh-config install')
}
