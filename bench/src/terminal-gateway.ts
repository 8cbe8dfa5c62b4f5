import { makeAccount } from '@fleetkey/fleet/browser/signed-in'
import { openConsolePage, type ConsolePage, type TerminalPage } from '@fleetkey/fleet/console-page'
import { writeKnownHosts } from '@fleetkey/fleet/ssh'
import { atMost, medianFigure, spreadOf, type Figure } from './figure.ts'
import { OS_USER, startHostUnderTest, type HostUnderTest } from './host-under-test.ts'
import { nodeOptions } from './measured-server.ts'
import { cpuTime, ownProcesses } from './process-figures.ts'
import type { Question, Run } from './question.ts'
import { allowStaticLogin } from './static-login.ts'
import { echoes, interrupt, prepare, timeOf, type Shell } from './terminal-gateway/shell.ts'
import { openSshShell } from './terminal-gateway/ssh-shell.ts'

/** In the host: 50 MB of lines. */
const BIG = '/var/tmp/big'
const BIG_MB = 50
const ENDLESS = `cat ${Array.from({ length: 20 }, () => BIG).join(' ')}`

/**
 * What a terminal in the browser costs the server, and how long it holds up what goes through, without a browser: a client at the WebSocket that says at once
 * that it has rendered all. Beside it `ssh -tt` on the same host, in turns.
 */
export const terminalGateway: Question = {
  name: 'terminal-gateway',
  async ask(run) {
    const recorded = await asked(run, { isRecorded: true })
    const unrecorded = await asked(run, { isRecorded: false })
    return [...recorded, ...unrecorded]
  },
}

async function asked(
  run: Run,
  { isRecorded }: { readonly isRecorded: boolean },
): Promise<readonly Figure[]> {
  const dir = `${run.dir}/${isRecorded ? 'recorded' : 'unrecorded'}`
  const under = await startHostUnderTest(
    { ...run, dir },
    {
      settings: { recordings: { enabled: isRecorded } },
      environment: { NODE_OPTIONS: nodeOptions(run) },
    },
  )
  try {
    await writeBigFile(under)
    const page = await openConsolePage(under.plane, await makeAccount(under.plane, 'admin'))
    const [pid] = ownProcesses('main.ts server')
    if (pid === undefined) throw new Error('the server is gone')
    const ours = await openTerminal(page, under)
    const theirs = await openYardstick(under, dir)
    const gateway: Gateway = { run, pid, ours, theirs }
    if (!isRecorded) return await catFigures(gateway, 'not recorded')
    return [...(await catFigures(gateway, 'recorded')), ...(await keyFigures(gateway))]
  } finally {
    await under.stop()
  }
}

interface Gateway {
  readonly run: Run
  /** Of the server. */
  readonly pid: number
  readonly ours: TerminalPage
  readonly theirs: Shell
}

async function openTerminal(page: ConsolePage, { instanceId }: HostUnderTest) {
  const terminal = page.terminal({ type: 'open', instanceId, osUser: OS_USER, cols: 80, rows: 24 })
  terminal.keeps = 4096
  await terminal.frame('ready')
  await prepare(terminal)
  return terminal
}

async function openYardstick(under: HostUnderTest, dir: string): Promise<Shell> {
  const { key } = await allowStaticLogin(under, dir)
  const knownHostsFile = await writeKnownHosts(`${dir}/known_hosts`, [under.host])
  const shell = openSshShell(under.host, { identityFile: key.identityFile, knownHostsFile })
  await prepare(shell)
  return shell
}

async function catFigures(
  { run, pid, ours, theirs }: Gateway,
  how: string,
): Promise<readonly Figure[]> {
  run.say(`cat of ${BIG_MB} MB, ${how}`)
  const [rates, bare, processor]: [number[], number[], number[]] = [[], [], []]
  /* oxlint-disable no-await-in-loop -- in turns */
  for (let turn = 0; turn < (run.quick ? 2 : 7); turn++) {
    bare.push(BIG_MB / ((await timeOf(theirs, `cat ${BIG}`)) / 1000))
    const before = cpuTime(pid)
    rates.push(BIG_MB / ((await timeOf(ours, `cat ${BIG}`)) / 1000))
    processor.push((cpuTime(pid) - before) / 1e6)
  }
  /* oxlint-enable no-await-in-loop */
  return [
    medianFigure(`processor time of the server for \`cat\` of ${BIG_MB} MB, ${how}`, 's', {
      values: processor,
      target: atMost(1),
    }),
    medianFigure(`\`cat\` through the gateway, ${how}`, 'MB/s', { values: rates }),
    medianFigure('`cat` by `ssh -tt`, beside it', 'MB/s', { values: bare }),
  ]
}

async function keyFigures({ run, ours, theirs }: Gateway): Promise<readonly Figure[]> {
  const [mine, bare]: [number[], number[]] = [[], []]
  const [cut, bareCut]: [number[], number[]] = [[], []]
  run.say('typing')
  /* oxlint-disable no-await-in-loop -- in turns */
  for (let turn = 0; turn < (run.quick ? 2 : 20); turn++) {
    mine.push(...(await echoes(ours, 100)))
    bare.push(...(await echoes(theirs, 100)))
  }
  run.say('Ctrl-C')
  for (let turn = 0; turn < (run.quick ? 2 : 10); turn++) {
    cut.push(await interrupt(ours, ENDLESS))
    bareCut.push(await interrupt(theirs, ENDLESS))
  }
  /* oxlint-enable no-await-in-loop */
  return [
    ...medianAndP99('a key to its echo at the WebSocket', mine),
    ...medianAndP99('a key to its echo at `ssh -tt`', bare),
    medianFigure('Ctrl-C during a flood to the prompt at the WebSocket', 'ms', { values: cut }),
    medianFigure('Ctrl-C during a flood to the prompt at `ssh -tt`', 'ms', { values: bareCut }),
  ]
}

function medianAndP99(what: string, values: readonly number[]): readonly Figure[] {
  const spread = spreadOf(values)
  return [
    { what: `${what}: p50`, unit: 'ms', value: spread.median, spread },
    { what: `${what}: p99`, unit: 'ms', value: spread.p99 },
  ]
}

async function writeBigFile({ host }: HostUnderTest): Promise<void> {
  const line = 'the quick brown fox jumps over the lazy dog, and does so again and again'
  const script = `yes '${line}' | head -c ${BIG_MB * 2 ** 20} >${BIG} && echo >>${BIG} && chmod 644 ${BIG}`
  const { code, stderr } = await host.exec(['/bin/sh', '-c', script])
  if (code !== 0) throw new Error(`no big file: ${stderr}`)
}
