import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { TrailEvent } from '@fleetkey/domain/trail-event'
import { LIVE_PATH, LIVE_SUBPROTOCOL, type LiveTopic } from '@fleetkey/wire/live/protocol'
import type { LiveMessage } from '@fleetkey/wire/live/server-message'
import { parseLiveMessage } from '@fleetkey/wire/live/server-message'
import { WebSocket } from 'ws'
import { startControlPlane, type ControlPlane } from '../testing/control-plane.ts'
import { connectAgent, enrolHost, FACTS, type FakeAgent } from '../testing/fake-agent.ts'
import { openPage, type Page } from '../testing/page.ts'
import { until } from '../testing/until.ts'

const PASSWORD = 'correct horse battery'
let plane: ControlPlane
let agent: FakeAgent
let instanceId = ''
let users = 0
const open: WebSocket[] = []

before(async () => {
  plane = await startControlPlane({ liveEveryMs: 10 })
  agent = await connectAgent(plane, await enrolHost(plane, { Name: 'web-1', env: 'dev' }))
  instanceId = agent.host.instanceId
})
after(async () => {
  await agent.close()
  await plane.close()
})
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate()
})

const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})

/** Somebody in a browser, with these rights besides watching. */
async function visitor(
  ...statements: readonly object[]
): Promise<Page & { readonly name: string }> {
  const name = `user-${++users}`
  await plane.user(name)
  await plane.root.done('CreateLoginProfile', { UserName: name, Password: PASSWORD })
  await give(name, allow('fleetkey:WatchFleet'), ...statements)
  const page = openPage(plane)
  await page.signIn(name, PASSWORD)
  return Object.assign(page, { name })
}

const give = (UserName: string, ...Statement: readonly object[]) =>
  plane.root.done('PutUserPolicy', {
    UserName,
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  })

interface Watching {
  readonly heard: LiveMessage[]
  readonly code: () => number | undefined
  says(message: object): void
  /** All that was told of a topic so far. */
  told(topic: LiveTopic): readonly Readonly<Record<string, unknown>>[]
}

async function watch(page: Page, ...topics: readonly LiveTopic[]): Promise<Watching> {
  const socket = new WebSocket(`ws://127.0.0.1:${plane.port}${LIVE_PATH}`, LIVE_SUBPROTOCOL, {
    headers: { origin: page.origin, cookie: page.cookie },
    perMessageDeflate: false,
  })
  open.push(socket)
  const heard: LiveMessage[] = []
  let code: number | undefined
  socket.on('error', () => {})
  socket.on('close', (closed) => (code = closed))
  socket.on('message', (data: Buffer) => {
    const message = parseLiveMessage(data.toString('utf8'))
    assert.ok(message, data.toString('utf8'))
    heard.push(message)
  })
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'watch', csrf: page.csrfToken, topics })),
  )
  await until(() => heard.length > 0, 'something is said')
  return {
    heard,
    code: () => code,
    says: (message) => socket.send(JSON.stringify(message)),
    told: (topic) =>
      heard.flatMap((one): readonly Readonly<Record<string, unknown>>[] => {
        if (one.type !== topic) return []
        if (one.type === 'events') return one.events
        return 'changed' in one ? one.changed : []
      }),
  }
}

const tag = (Value: string) =>
  plane.root.done('CreateTags', { Resources: [instanceId], Tags: [{ Key: 'note', Value }] })
const noteOf = (told: Readonly<Record<string, unknown>>) =>
  (told['Tags'] as readonly { readonly Key: string; readonly Value: string }[]).find(
    ({ Key }) => Key === 'note',
  )?.Value
const notes = (watching: Watching) => watching.told('instances').map(noteOf)

/** The record of a change to that note. */
const changeIn = (watching: Watching, note: string) =>
  watching
    .told('events')
    .find(({ Record }) => JSON.stringify(Record).includes(`"key":"note","value":"${note}"`))

const isBy = ({ userIdentity }: TrailEvent, name: string) =>
  'userName' in userIdentity && userIdentity.userName === name

let sessions = 0
/** A login that the host tells of. */
function logIn(by: FakeAgent): string {
  const sessionId = `s-${String(++sessions).padStart(17, '0')}`
  by.say({
    kind: 'receipts',
    receipts: [
      {
        kind: 'session-started',
        receiptId: `r-${sessionId}`,
        at: Date.now(),
        sessionId,
        osUser: 'ubuntu',
        method: 'publickey',
        pid: 77,
        seenBy: 'pam',
      },
    ],
  })
  return sessionId
}

describe('the door of the live feed', () => {
  it('tells of instances as DescribeInstances shows them: changed, lost, back, enrolled, forgotten', async () => {
    const page = await visitor(allow('ec2:DescribeInstances'))
    const watching = await watch(page, 'instances')
    await tag('one')
    await until(() => notes(watching).includes('one'))
    const { body } = await page.call('DescribeInstances', { InstanceIds: [instanceId] })
    assert.deepEqual(
      watching.told('instances').findLast((told) => noteOf(told) === 'one'),
      body.Reservations[0].Instances[0],
    )
    const host = await enrolHost(plane)
    const states = () =>
      watching
        .told('instances')
        .filter((told) => told['InstanceId'] === host.instanceId)
        .map((told) => (told['State'] as { readonly Name: string }).Name)
    await until(() => states().at(-1) === 'stopped', 'it is enrolled')
    const other = await connectAgent(plane, host, { facts: { ...FACTS, hostname: 'db-1' } })
    await until(() => states().at(-1) === 'running', 'it connected')
    await other.close()
    await until(() => states().at(-1) === 'stopped', 'it was lost')
    await plane.root.done('ForgetInstance', { InstanceId: host.instanceId })
    await until(() =>
      watching.heard.some((one) => one.type === 'instances' && one.gone.includes(host.instanceId)),
    )
  })

  it('tells records of the trail as SearchEvents shows them, and adds none by telling', async () => {
    const page = await visitor(allow('fleetkey:SearchEvents'))
    const watching = await watch(page, 'events')
    await tag('two')
    await until(() => changeIn(watching, 'two') !== undefined)
    await tag('three')
    await until(() => changeIn(watching, 'three') !== undefined)
    const ofWatching = plane
      .trail()
      .filter(({ eventName, event }) => eventName === 'WatchFleet' && isBy(event, page.name))
    assert.equal(ofWatching.length, 1)
    const asked = { Filters: [{ Name: 'event-name', Values: ['CreateTags'] }], MaxResults: 1 }
    const { body } = await page.call('SearchEvents', asked)
    assert.deepEqual(changeIn(watching, 'three'), body.Events[0])
    const seqs = watching.told('events').map(({ Seq }) => Seq)
    assert.equal(new Set(seqs).size, seqs.length)
  })

  it('tells nothing of what its person may not read', async () => {
    const page = await visitor(allow('ec2:DescribeInstances'))
    const watching = await watch(page, 'instances', 'events')
    const [first] = watching.heard
    assert.ok(first?.type === 'watching')
    assert.deepEqual(first.topics, ['instances'])
    assert.match(first.refused[0]?.message ?? '', /no policy allows fleetkey:SearchEvents/)
    await tag('four')
    await until(() => notes(watching).includes('four'))
    assert.deepEqual(watching.told('events'), [])
  })

  it('tells of sessions on instances that one may ask about, and of no others', async () => {
    const ofDev = { Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } } }
    const page = await visitor(allow('fleetkey:ListSSHSessions', ofDev))
    const watching = await watch(page, 'sessions')
    const hidden = await connectAgent(plane, await enrolHost(plane, { env: 'prod' }))
    const secret = logIn(hidden)
    const { instanceId } = hidden.host
    const ofSecret = { sessionId: secret, instanceId }
    await until(async () => (await plane.store.sshSessions.get(ofSecret)) !== undefined)
    const seen = logIn(agent)
    const ids = () => watching.told('sessions').map(({ SessionId }) => SessionId)
    await until(() => ids().includes(seen))
    const { body } = await page.call('ListSSHSessions', {})
    assert.deepEqual(watching.told('sessions').at(-1), body.Sessions[0])
    assert.ok(!ids().includes(secret))
    await hidden.close()
  })

  it('tells nothing more once a call that withdraws the right has returned', async () => {
    const page = await visitor(allow(['ec2:DescribeInstances', 'fleetkey:SearchEvents']))
    const watching = await watch(page, 'instances', 'events')
    await tag('five')
    await until(() => notes(watching).includes('five'))
    await give(page.name, allow(['fleetkey:WatchFleet', 'fleetkey:SearchEvents']))
    await tag('six')
    await until(() => changeIn(watching, 'six') !== undefined, 'the change is told as an event')
    await tag('seven')
    await until(() => changeIn(watching, 'seven') !== undefined)
    assert.ok(!notes(watching).some((note) => note === 'six' || note === 'seven'))
    assert.ok(
      watching.heard.some((one) => one.type === 'watching' && !one.topics.includes('instances')),
    )
  })

  it('refuses who may not watch, says why, and has it on record', async () => {
    const page = await visitor(allow('ec2:DescribeInstances'))
    await give(page.name, allow('ec2:DescribeInstances'))
    const watching = await watch(page, 'instances')
    const [refused] = watching.heard
    assert.ok(refused?.type === 'refused')
    assert.equal(refused.code, 'AccessDeniedException')
    assert.match(refused.explanation ?? '', /fleetkey:WatchFleet/)
    const record = plane.trail().find(({ requestId }) => requestId === refused.requestId)
    assert.deepEqual([record?.eventName, record?.errorCode], ['WatchFleet', 'AccessDenied'])
    await until(() => watching.code() === 4403)
  })

  it('ends when watching is not allowed any more, and when its person signs out', async () => {
    const [one, other] = [await visitor(), await visitor()]
    const [first, second] = [await watch(one), await watch(other)]
    await give(one.name, allow('ec2:DescribeInstances'))
    await until(() => first.code() === 4403)
    assert.equal(first.heard.at(-1)?.type, 'ended')
    await other.call('SignOut', {})
    await until(() => second.code() === 4401)
  })

  it('follows what a page wants to hear, also what it says before it is let in', async () => {
    const page = await visitor(allow('ec2:DescribeInstances'))
    const watching = await watch(page)
    watching.says({ type: 'topics', topics: ['instances'] })
    await tag('eight')
    await until(() => notes(watching).includes('eight'))
  })

  it('lets in no page of another site', async () => {
    const page = await visitor()
    const socket = new WebSocket(`ws://127.0.0.1:${plane.port}${LIVE_PATH}`, LIVE_SUBPROTOCOL, {
      headers: { origin: 'https://evil.example', cookie: page.cookie },
    })
    const status = await new Promise((resolve) => {
      socket.on('error', () => {})
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
    })
    assert.equal(status, 403)
    socket.terminate()
  })
})
