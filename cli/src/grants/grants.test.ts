import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { FakeApi } from '../api/fake-api.ts'
import { fleetkeyAs, type Done } from '../testing/run-fleetkey.ts'

const ID = '019ac1f2-0d3e-7c1a-9a52-6f1f0d5f7a10'
const PUSH = ['send-key', 'i-0123456789abcdef0', '--os-user', 'alice', '--public-key', '-']
const PUSHED = { Kind: 'pushed', Time: 1_795_000_000 }
const DELIVERED = { Kind: 'delivered', Time: 1_795_000_000.1 }
const refusedBy = (Cause: string, Says: string) => ({
  Kind: 'refused',
  Time: 1_795_000_002,
  Cause,
  Says,
  SourceAddress: '192.0.2.9',
})

const isPlain = (text: string) => !/[^\P{Cc}\n]/u.test(text)

interface Told {
  readonly State: string
  readonly Cause?: string
  readonly Says?: string
  readonly Mend?: string
  readonly SourceAddress?: string
  readonly Steps: readonly {
    readonly Kind: string
    readonly Cause?: string
    readonly Says?: string
  }[]
}

describe('a pushed key', () => {
  let api: FakeApi
  let fleetkey: (...args: readonly string[]) => Promise<Done>
  /** What GetGrant answers, one after the other; the last again and again. */
  let story: Told[]
  let usableUntil: number
  let folder: string
  before(async () => {
    api = new FakeApi({
      SendSSHPublicKey: () => ({ body: { RequestId: ID, Success: true } }),
      GetGrant: () => {
        const told = story.length > 1 ? story.shift() : story[0]
        const last = told?.Steps.findLast(({ Kind }) => Kind === 'refused')
        return {
          body: {
            GrantId: ID,
            InstanceId: 'i-0123456789abcdef0',
            InstanceOSUser: 'alice',
            Fingerprint: 'SHA256:x',
            UsableUntil: usableUntil,
            ...told,
            ...(last && { Cause: last.Cause, Says: last.Says, Mend: 'Mend it.' }),
            ...(told?.Cause !== undefined && { Cause: told.Cause, Says: told.Says }),
          },
        }
      },
    })
    const env = await api.open()
    const as = fleetkeyAs(env)
    folder = mkdtempSync(join(tmpdir(), 'fleetkey-grants-'))
    const key = join(folder, 'key.pub')
    writeFileSync(key, `ssh-ed25519 ${'A'.repeat(68)}\n`)
    fleetkey = (...args) => as(...args.map((word) => (word === '-' ? key : word)))
  })
  after(() => {
    api.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    api.calls.length = 0
    usableUntil = Date.now() / 1000 + 60
  })
  const waits = () =>
    api.calls.filter(({ target }) => target.endsWith('GetGrant')).map(({ input }) => input)

  it('is followed step by step, each asked for once', async () => {
    story = [
      { State: 'delivered', Steps: [PUSHED, DELIVERED] },
      { State: 'offered', Steps: [PUSHED, DELIVERED, { ...PUSHED, Kind: 'offered' }] },
      {
        State: 'accepted',
        Steps: [PUSHED, DELIVERED, { ...PUSHED, Kind: 'offered' }, { ...PUSHED, Kind: 'accepted' }],
      },
    ]
    const { code, out, err } = await fleetkey(...PUSH, '--wait')
    assert.equal(code, 0, err)
    assert.match(
      out,
      /^The key can log in as alice.*\n.*offered .*\n.*accepted .*The key logged in\.\n$/,
    )
    assert.deepEqual(
      waits().map(({ KnownSteps }) => KnownSteps),
      [0, 2, 3],
    )
  })

  it('that sshd refuses ends with 90 and the reason', async () => {
    story = [{ State: 'refused', Steps: [PUSHED, DELIVERED, refusedBy('user-locked', 'Locked.')] }]
    const { code, out, err } = await fleetkey(...PUSH, '--wait', '20')
    assert.equal(code, 90)
    assert.match(out, /refused {3}Locked\. \(from 192\.0\.2\.9\)\n$/)
    assert.match(err, /because Locked\.\n.*do.*Mend it\.\n/)
  })

  it('is followed further when only the client did it wrong', async () => {
    const refused = refusedBy('other-key-offered', 'Another key.')
    story = [
      { State: 'refused', Steps: [PUSHED, DELIVERED, refused] },
      { State: 'accepted', Steps: [PUSHED, DELIVERED, refused, { ...PUSHED, Kind: 'accepted' }] },
    ]
    const { code, out } = await fleetkey(...PUSH, '--wait')
    assert.equal(code, 0)
    assert.match(out, /refused {3}Another key\..*\n.*accepted/)
  })

  it('is told of what keeps logins from it of which the host sees nothing, once', async () => {
    const dropped = { Cause: 'source-penalised', Says: 'Connections are dropped.' }
    const others = { ...dropped, SourceAddress: '192.0.2.9' }
    story = [
      { State: 'delivered', Steps: [PUSHED, DELIVERED], ...others },
      { State: 'delivered', Steps: [PUSHED, DELIVERED], ...others },
      { State: 'accepted', Steps: [PUSHED, DELIVERED, { ...PUSHED, Kind: 'accepted' }] },
    ]
    const { code, out } = await fleetkey(...PUSH, '--wait')
    assert.equal(code, 0)
    assert.match(
      out,
      /\.\n\d\d:\d\d:\d\d {2}waiting {3}Connections are dropped\.\n\S+ {2}accepted /,
    )
    const told = { Cause: 'source-penalised', SourceAddress: '192.0.2.9' }
    assert.deepEqual(
      waits().map(({ KnownCauses }) => KnownCauses),
      [[], [told], [told]],
    )
  })

  it('is told of that also after the client did it wrong, and followed on', async () => {
    const refused = refusedBy('other-key-offered', 'Another key.')
    const steps = [PUSHED, DELIVERED, refused]
    story = [
      { State: 'refused', Steps: steps },
      { State: 'refused', Steps: steps, Cause: 'source-penalised', Says: 'Dropped.' },
      { State: 'refused', Steps: steps, Cause: 'sshd-not-running', Says: 'It is gone.' },
      { State: 'accepted', Steps: [...steps, { ...PUSHED, Kind: 'accepted' }] },
    ]
    const { code, out } = await fleetkey(...PUSH, '--wait')
    assert.equal(code, 0)
    assert.match(
      out,
      /refused .*\n\S+ {2}waiting {3}Dropped\.\n\S+ {2}waiting {3}It is gone\.\n\S+ {2}acc/,
    )
  })

  it('that nobody uses ends with 91, and with 92 when it still may be', async () => {
    const expired = { State: 'expired', Steps: [PUSHED, DELIVERED, { ...PUSHED, Kind: 'expired' }] }
    story = [{ ...expired, Says: 'sshd listens on port 2222.', Mend: 'See: fleetkey doctor i-1' }]
    const { code, err } = await fleetkey(...PUSH, '--wait')
    assert.equal(code, 91)
    assert.match(
      err,
      /while it lived\.\n.*sshd listens on port 2222\.\n +do +See: fleetkey doctor i-1\n/,
    )
    story = [{ State: 'delivered', Steps: [PUSHED, DELIVERED] }]
    assert.equal((await fleetkey(...PUSH, '--wait', '1')).code, 92)
  })

  it('is one object for programs, whatever became of it', async () => {
    story = [{ State: 'refused', Steps: [PUSHED, DELIVERED, refusedBy('user-locked', 'Locked.')] }]
    const { code, out } = await fleetkey(...PUSH, '--wait', '--output', 'json')
    assert.equal(code, 90)
    const { requestId, grant } = JSON.parse(out) as { requestId: string; grant: { cause: string } }
    assert.deepEqual([requestId, grant.cause], [ID, 'user-locked'])
  })

  it('is not waited for longer than makes sense', async () => {
    for (const seconds of ['0', '121', '-1', 'x', '1.5']) {
      assert.equal((await fleetkey(...PUSH, '--wait', seconds)).code, 64, seconds)
    }
    assert.deepEqual(api.calls, [])
  })

  it('says what an id is, of one that is none', async () => {
    const { code, err } = await fleetkey('grants', 'show', 'web-1')
    assert.equal(code, 64)
    assert.match(err, /"web-1" is not the id of a request\.\n +do +Find it with: /)
  })

  it('is shown with all its steps, and nothing of a host acts in the terminal', async () => {
    const evil = refusedBy('user-locked', 'Locked.\u001b]0;x\u0007')
    story = [{ State: 'refused', Steps: [PUSHED, DELIVERED, evil] }]
    const { code, out } = await fleetkey('grants', 'show', ID)
    assert.equal(code, 0)
    assert.match(out, /^state +refused$/m)
    assert.match(out, /^cause +user-locked$/m)
    assert.match(out, /refused {4}Locked\.\\u001b\]0;x\\u0007 \(from/)
    assert.ok(isPlain(out))
    const json = await fleetkey('grants', 'show', ID, '--output', 'json')
    assert.equal((JSON.parse(json.out) as { state: string }).state, 'refused')
    assert.ok(isPlain(json.out))
  })
})
