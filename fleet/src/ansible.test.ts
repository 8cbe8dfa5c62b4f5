import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { openDesk, type Desk } from './desk.ts'
import { ON_LOOPBACK } from './private-fleet.ts'
import { hostOf, openTestFleet, whyNoHosts, type TestFleet } from './test-fleet.ts'

// Debian's ansible-core as it is, after `fleetkey ssh-config install` and nothing else, over twenty hosts of which every fourth takes no
// connection from outside.

const HOSTS = 20
const NAMES = Array.from({ length: HOSTS }, (_, at) => `node-${at + 1}`)
const PRIVATE = NAMES.filter((_, at) => at % 4 === 3)

const PLAY = `- hosts: all
  gather_facts: false
  tasks:
    - ping:
    - copy: {src: big, dest: ~/by-ansible}
    - command: sha256sum by-ansible
      register: sum
    - assert: {that: "sum.stdout.split()[0] == wanted"}
`

describe('an Ansible play', { skip: why() ?? false, timeout: 300_000 }, () => {
  let fleet: TestFleet
  let desk: Desk

  before(async () => {
    const names = ['desk', ...NAMES]
    fleet = await openTestFleet({
      hosts: Object.fromEntries(names.map((name) => [name, {}])),
      users: ['deploy'],
      sshdConfig: Object.fromEntries(PRIVATE.map((name) => [name, ON_LOOPBACK])),
    })
    desk = await openDesk(fleet, hostOf(fleet, 'desk').host)
    await desk.must('fleetkey ssh-config install')
    await desk.must('cat >play.yml', { input: PLAY })
    await desk.must('head -c 1000000 /dev/urandom >big')
  })
  after(() => fleet?.close())

  it(`pings, copies and runs on ${HOSTS} hosts, ${PRIVATE.length} of them private`, async (t) => {
    const sum = (await desk.must('sha256sum big')).slice(0, 64)
    const inventory = `-i ${NAMES.join(',')}, -e wanted=${sum}`
    const began = performance.now()
    const said = await desk.must(`ANSIBLE_NOCOLOR=1 ansible-playbook ${inventory} play.yml`, {
      timeoutMs: 180_000,
    })
    t.diagnostic(`${((performance.now() - began) / 1000).toFixed(1)} s`)
    const recap = /^(\S+) +: ok=4 +changed=2 +unreachable=0 +failed=0 /gm
    const done = new Set([...said.matchAll(recap)].map(([, name]) => name))
    assert.deepEqual(done, new Set(NAMES), said)
  })
})

function why(): string | undefined {
  const ansible = '/usr/bin/ansible-playbook'
  return whyNoHosts() ?? (existsSync(ansible) ? undefined : `no ${ansible} (package ansible-core)`)
}
