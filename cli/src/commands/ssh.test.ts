import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { FakeApi, type FakeAnswer } from '../api/fake-api.ts'
import { ThrowAwaySshd } from '../ssh/throw-away-sshd.ts'

const sshd = await ThrowAwaySshd.start()
const PROGRAM = new URL('../../bin/fleetkey', import.meta.url).pathname
const ID = 'i-0123456789abcdef0'

describe('fleetkey ssh with a real sshd', { skip: sshd ? false : 'no sshd here' }, () => {
  if (!sshd) return
  let push: () => FakeAnswer | Promise<FakeAnswer>
  let grant: () => FakeAnswer
  let hostKeys: readonly string[]
  let api: FakeApi
  let env: Record<string, string>
  let runtime: string

  before(async () => {
    runtime = mkdtempSync(join(tmpdir(), 'fleetkey-run-'))
    api = new FakeApi({
      DescribeInstances: () => ({ body: described(sshd, hostKeys) }),
      SendSSHPublicKey: ({ input }) => {
        sshd.authorize(`${String(input['SSHPublicKey'])}\n`)
        return push()
      },
      GetGrant: () => grant(),
    })
    const { PATH = '' } = process.env
    env = { ...(await api.open()), PATH, HOME: runtime, XDG_RUNTIME_DIR: runtime }
  })
  after(() => {
    api.close()
    sshd.stop()
    rmSync(runtime, { recursive: true, force: true })
  })
  beforeEach(() => {
    push = () => ({ body: { RequestId: 'r', Success: true } })
    grant = () => ({ status: 400, body: { __type: 'UnknownOperationException', Message: 'No.' } })
    hostKeys = [sshd.hostKey]
    api.calls.length = 0
    sshd.authorize('')
  })
  const fleetkey = (...args: readonly string[]) => run(PROGRAM, ['ssh', ...args], env)
  const leftOvers = () => readdirSync(runtime).filter((name) => name.startsWith('fleetkey-'))

  it('logs in with a pushed key, runs the command and leaves nothing behind', async () => {
    const result = await fleetkey(`${sshd.osUser}@${ID}`, 'echo "in as $(id -un)"')
    assert.equal(result.stderr, '')
    assert.equal(result.stdout, `in as ${sshd.osUser}\n`)
    assert.equal(result.code, 0)
    assert.deepEqual(leftOvers(), [])
    assert.deepEqual(
      api.calls.map(({ target }) => target.split('.')[1]),
      ['DescribeInstances', 'SendSSHPublicKey'],
    )
  })

  it('ends with the exit code of the remote command', async () => {
    const result = await fleetkey(`${sshd.osUser}@${ID}`, '--', 'exit 7')
    assert.equal(result.code, 7)
  })

  it('holds the key back until a slow push is answered', async () => {
    push = async () => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      return { body: { RequestId: 'r', Success: true } }
    }
    const result = await fleetkey(`${sshd.osUser}@${ID}`, 'true')
    assert.equal(result.code, 0, result.stderr)
  })

  it('says only why a push was refused, with the code of its cause', async () => {
    push = () => ({
      status: 400,
      body: {
        __type: 'AccessDeniedException',
        Message: 'You may not.',
        Explanation: 'No statement allows it.',
      },
    })
    const result = await fleetkey(`${sshd.osUser}@${ID}`, 'true')
    assert.equal(result.code, 77)
    assert.match(result.stderr, /^fleetkey: You may not\.\n {2}because No statement allows it\.\n/)
    assert.doesNotMatch(result.stderr, /Permission denied|Terminated|ssh:/)
    assert.deepEqual(leftOvers(), [])
  })

  it('refuses a host that shows another key (would hand the session to an impostor)', async () => {
    hostKeys = ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1dCBub3QgdGhpcyBvbmUgIGJ1dCBub3QgdGhpcyBv']
    const result = await fleetkey(`${sshd.osUser}@${ID}`, 'true')
    assert.equal(result.code, 255)
    assert.match(result.stderr, /Host key verification failed/)
  })

  it('refuses an instance without host keys before any key is pushed', async () => {
    hostKeys = ['ssh-ed25519 AAAA']
    const result = await fleetkey(`${sshd.osUser}@${ID}`, 'true')
    assert.equal(result.code, 82)
    assert.deepEqual(
      api.calls.map(({ target }) => target.split('.')[1]),
      ['DescribeInstances'],
    )
  })

  it('says what to check when sshd does not take the pushed key', async () => {
    push = () => {
      sshd.authorize('')
      return { body: { RequestId: 'r', Success: true } }
    }
    const result = await fleetkey(`${sshd.osUser}@${ID}`, 'true')
    assert.equal(result.code, 255)
    assert.match(result.stderr, /its sshd did not take it/)
    assert.match(result.stderr, /the agent there says: the disk is full/)
  })

  it("says the host's own reason instead where there is one, harmlessly, and the mend", async () => {
    push = () => {
      sshd.authorize('')
      return { body: { RequestId: 'r', Success: true } }
    }
    grant = () => ({
      body: {
        GrantId: 'r',
        InstanceId: ID,
        InstanceOSUser: 'x',
        Fingerprint: 'f',
        State: 'refused',
        Steps: [],
        Cause: 'user-locked',
        Mend: 'Unlock it.',
        Says: 'The account is locked.\u001b[2J',
      },
    })
    const result = await fleetkey(`${sshd.osUser}@${ID}`, 'true')
    assert.equal(result.code, 255)
    assert.match(
      result.stderr,
      /Permission denied[^\n]*\n(?:[^\n]*\n)*The host says why: The account is locked\.\\u001b\[2J\n {2}do {2}Unlock it\.\n.*grants show r\n$/,
    )
    assert.doesNotMatch(result.stderr, /Check that the account/)
  })

  it('asks nobody why a command ended as it did', async () => {
    const result = await fleetkey(`${sshd.osUser}@${ID}`, '--', 'exit 7')
    assert.equal(result.code, 7)
    assert.ok(!api.calls.some(({ target }) => target.endsWith('GetGrant')))
  })

  it('keeps the private key off the disk: the folder holds public things only', async () => {
    const seen: Record<string, string> = {}
    push = () => {
      const [name = ''] = leftOvers()
      for (const file of readdirSync(join(runtime, name))) {
        if (file !== 'agent') seen[file] = readFileSync(join(runtime, name, file), 'utf8')
      }
      return { body: { RequestId: 'r', Success: true } }
    }
    await fleetkey(`${sshd.osUser}@${ID}`, 'true')
    assert.deepEqual(Object.keys(seen).toSorted(), ['config', 'key.pub', 'known_hosts'])
    assert.doesNotMatch(Object.values(seen).join(''), /PRIVATE/)
    assert.equal(seen['known_hosts'], `${ID} ${sshd.hostKey}\n`)
  })
})

function described(host: ThrowAwaySshd, hostKeys: readonly string[]) {
  const instance = {
    InstanceId: ID,
    State: { Code: 16, Name: 'running' },
    PrivateIpAddress: '127.0.0.1',
    LaunchTime: 1_795_000_000,
    Tags: [{ Key: 'Name', Value: 'web-1' }],
    Fleetkey: {
      Hostname: 'web-1',
      Os: 'Debian',
      Architecture: 'x86_64',
      AgentVersion: '0.1.0',
      Addresses4: ['127.0.0.1'],
      Addresses6: [],
      SshPort: host.port,
      SshdVersion: 'OpenSSH_9.2p1',
      HostKeys: hostKeys,
      Delivery: 'command',
      Lock: { kind: 'locked' },
      Problems: ['the disk is full'],
      Link: { State: 'connected' },
    },
  }
  return { Reservations: [{ Instances: [instance] }] }
}

function run(program: string, args: readonly string[], env: Record<string, string>) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
