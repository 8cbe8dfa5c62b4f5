import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { parseFindings } from '@fleetkey/domain/finding'
import { Failure } from '../failure.ts'
import { failedFinding, judgeKnock, judgeKnownHosts, judgeSkew } from './from-here.ts'
import { knock } from './knock.ts'

describe('a knock from here', () => {
  async function answered(answer: (socket: Socket) => void, withinMs = 10_000) {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}))
      answer(socket)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const found = await knock('127.0.0.1', (server.address() as AddressInfo).port, withinMs)
    for (const socket of sockets) socket.destroy()
    server.close()
    return found
  }

  it('tells sshd, something else, silence and a cut apart', async () => {
    const banner = 'SSH-2.0-OpenSSH_9.2p1'
    assert.deepEqual(await answered((socket) => socket.write(`${banner}\r\n`)), {
      kind: 'sshd',
      banner,
    })
    assert.deepEqual(await answered((socket) => socket.end('Not allowed at this time\r\n')), {
      kind: 'dropped',
      because: 'unsaid',
    })
    assert.deepEqual(await answered((socket) => socket.end('Exceeded MaxStartups\r\n')), {
      kind: 'dropped',
      because: 'startups',
    })
    assert.deepEqual(await answered((socket) => socket.write('220 ftp\r\n')), { kind: 'other' })
    assert.deepEqual(await answered((socket) => socket.write('x'.repeat(5000))), { kind: 'other' })
    assert.deepEqual(await answered(() => {}, 50), { kind: 'other' })
    assert.deepEqual(await answered((socket) => socket.end()), { kind: 'reset' })
    assert.deepEqual(await answered((socket) => socket.resetAndDestroy()), { kind: 'reset' })
  })

  it('tells a closed port', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    assert.deepEqual(await knock('127.0.0.1', port), { kind: 'refused' })
  })

  for (const [found, state, cause] of [
    [{ kind: 'sshd', banner: 'SSH-2.0-\u001b[2J' }, 'good', undefined],
    [{ kind: 'other' }, 'bad', 'wrong-port'],
    [{ kind: 'dropped', because: 'startups' }, 'bad', 'too-many-connections'],
    [{ kind: 'dropped', because: 'unsaid' }, 'bad', 'source-penalised'],
    [{ kind: 'refused' }, 'bad', 'sshd-not-running'],
    [{ kind: 'filtered' }, 'bad', 'never-arrived'],
    [{ kind: 'reset' }, 'bad', 'never-arrived'],
    [{ kind: 'unreachable' }, 'bad', 'never-arrived'],
  ] as const)
    it(`that is ${found.kind} is ${cause ?? state}`, () => {
      const finding = judgeKnock(found, '192.0.2.7 port 22')
      assert.deepEqual([finding.state, finding.cause], [state, cause])
      assert.deepEqual(parseFindings([finding]), [finding])
    })
})

describe('the clock of this machine', () => {
  for (const [skewMs, state] of [
    [undefined, 'unknown'],
    [0, 'good'],
    [-20_000, 'good'],
    [60_000, 'note'],
    [-301_000, 'bad'],
  ] as const)
    it(`${skewMs ?? 'unknown'} ms off is ${state}`, () =>
      assert.equal(judgeSkew(skewMs).state, state))
})

describe('known hosts', () => {
  const reported = ['ssh-ed25519 AAAA', 'ssh-rsa BBBB']
  const judge = (known: string) => judgeKnownHosts({ name: '192.0.2.7', known, reported })

  it('may have the keys that the agent reports, others of other types, or none', () => {
    for (const known of [
      '',
      '# Host 192.0.2.7 found: line 3\n192.0.2.7 ssh-ed25519 AAAA\n',
      '|1|x=|y= ssh-rsa BBBB comment\n',
      '192.0.2.7 ecdsa-sha2-nistp256 CCCC\n',
    ]) {
      assert.deepEqual(judge(known), [])
    }
  })

  it('with another key of the same type are noted: plain ssh refuses it', () => {
    const [found] = judge('# Host 192.0.2.7 found: line 3\n192.0.2.7 ssh-ed25519 DDDD\n')
    assert.deepEqual([found?.check, found?.state], ['known-hosts', 'note'])
    assert.deepEqual(found?.mend?.commands, ["ssh-keygen -R '192.0.2.7'"])
  })
})

describe('a failure to ask', () => {
  it('is one of the way to the server, or of who one is', () => {
    const checkOf = (error: unknown) => failedFinding(error).check
    assert.equal(checkOf(new Failure('cannotConnect', 'no')), 'server')
    assert.equal(checkOf(new Failure('certificate', 'no')), 'server')
    assert.equal(checkOf(new Failure('credentials', 'no')), 'login-state')
    assert.equal(checkOf(new Failure('configuration', 'no')), 'login-state')
    assert.throws(() => checkOf(new TypeError('a bug')), TypeError)
  })

  it('keeps what to do', () => {
    const { says, mend } = failedFinding(
      new Failure('credentials', 'No.', { why: ['over'], todo: ['log in'] }),
    )
    assert.deepEqual([says, mend?.says], ['No. over', 'log in'])
  })
})
