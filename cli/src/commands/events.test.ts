import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FakeApi } from '../api/fake-api.ts'
import { paintFor } from '../output.ts'
import { run } from '../run.ts'
import type { Screen } from '../screen.ts'
import { ACTING_CHARACTERS, HOSTILE_TEXTS } from '../testing/hostile-texts.ts'

const ID = 'i-0123456789abcdef0'

type Handlers = ConstructorParameters<typeof FakeApi>[0]

/** Runs a command line against a fake API; `seen` is told whenever something was written. */
async function fleetkey(
  args: readonly string[],
  handlers: Handlers,
  { isTTY = false, seen = () => {} }: { isTTY?: boolean; seen?: (out: string) => void } = {},
) {
  const api = new FakeApi(handlers)
  let out = ''
  let err = ''
  const screen: Screen = {
    env: await api.open(),
    interactive: false,
    paintOut: paintFor({ isTTY }, {}),
    paintErr: paintFor({}, {}),
    out(text) {
      out += text
      seen(out)
    },
    err: (text) => (err += text),
    now: () => Date.UTC(2026, 10, 26, 12),
  }
  const code = await run(args, screen)
  api.close()
  const asked = api.calls
    .filter(({ target }) => target.endsWith('.SearchEvents'))
    .map(({ input }) => input)
  return { code, out, err, asked }
}

const record = (seq: number, more: object) => ({
  Seq: seq,
  Hash: 'h',
  Record: {
    eventTime: '2026-11-22T17:00:00Z',
    eventName: 'SendSSHPublicKey',
    eventSource: 'ec2-instance-connect.amazonaws.com',
    eventType: 'AwsApiCall',
    eventID: `e${seq}`,
    userIdentity: { type: 'IAMUser', userName: 'alice' },
    requestID: 'r1',
    readOnly: false,
    requestParameters: { instanceId: ID, instanceOSUser: 'bob' },
    additionalEventData: { phase: 'outcome', fingerprint: 'SHA256:x' },
    ...more,
  },
})
const events = [
  record(5, {
    requestID: 'r2',
    errorCode: 'AccessDenied',
    errorMessage: 'No.',
    requestParameters: null,
    resources: [{ ARN: `arn:aws:ec2:on-prem-1:1:instance/${ID}` }],
    additionalEventData: { phase: 'complete', explanation: 'Tag Env is\u001b prod.' },
  }),
  record(4, {
    requestID: 'r5',
    errorCode: 'EC2InstanceUnavailableException',
    errorMessage: 'Gone.',
    additionalEventData: {
      phase: 'outcome',
      explanation: 'A policy allows it.',
      instanceName: 'web-of-then',
    },
  }),
  record(2, {}),
]
const instances = {
  DescribeInstances: () => ({
    body: {
      Reservations: [
        {
          Instances: [
            {
              InstanceId: ID,
              State: { Code: 16, Name: 'running' },
              PrivateIpAddress: '10.0.0.7',
              LaunchTime: 1_795_000_000,
              Tags: [{ Key: 'Name', Value: 'web-1' }],
              Fleetkey: { Link: { State: 'connected' } },
            },
          ],
        },
      ],
    },
  }),
}
const handlers = { ...instances, SearchEvents: () => ({ body: { Events: events } }) }

describe('events', () => {
  it('shows who pushed what where and what became of it, a line each and why not below it', async () => {
    const { out } = await fleetkey(['events'], handlers)
    const lines = out.trim().split('\n')
    assert.equal(lines.length, 6)
    assert.match(lines[1] ?? '', /alice +SendSSHPublicKey +web-1 +- +- +AccessDenied$/)
    assert.equal(lines[2], '    Tag Env is\\u001b prod.')
    assert.match(lines[3] ?? '', /web-of-then .*EC2InstanceUnavailableException$/)
    assert.equal(lines[4], '    Gone.')
    assert.match(lines[5] ?? '', /alice +SendSSHPublicKey +web-1 +bob +SHA256:x +done$/)
  })

  it('paints failures on a terminal, and nothing elsewhere', async () => {
    const { out } = await fleetkey(['events'], handlers, { isTTY: true })
    assert.ok(out.includes('\u001b[31mAccessDenied\u001b[0m\n'))
    assert.equal((await fleetkey(['events'], handlers)).out.includes('\u001b'), false)
  })

  it('hands every filter on', async () => {
    const line =
      `events --instance ${ID} --principal alice --principal sre/carol --tag Env=prod --tag Team=a=b --os-user deploy` +
      ' --key SHA256:x --from 10.0.0.0/8 --event X --source iam --outcome denied --request-id r --event-id e' +
      ' --access-key AKIA --resource web --changes --text word --since 2026-11-22T17:00:00Z --until 1h --limit 7'
    const { asked, code } = await fleetkey(line.split(' '), handlers)
    assert.equal(code, 0)
    assert.deepEqual(asked, [
      {
        Filters: [
          { Name: 'instance', Values: [ID] },
          { Name: 'principal', Values: ['alice', 'sre/carol'] },
          { Name: 'os-user', Values: ['deploy'] },
          { Name: 'fingerprint', Values: ['SHA256:x'] },
          { Name: 'source-address', Values: ['10.0.0.0/8'] },
          { Name: 'event-name', Values: ['X'] },
          { Name: 'event-source', Values: ['iam.amazonaws.com'] },
          { Name: 'outcome', Values: ['denied'] },
          { Name: 'request-id', Values: ['r'] },
          { Name: 'event-id', Values: ['e'] },
          { Name: 'access-key-id', Values: ['AKIA'] },
          { Name: 'resource', Values: ['web'] },
          { Name: 'read-only', Values: ['false'] },
          { Name: 'tag:Env', Values: ['prod'] },
          { Name: 'tag:Team', Values: ['a=b'] },
        ],
        Detail: 'acts',
        Text: 'word',
        StartTime: 1_795_366_800,
        EndTime: Date.UTC(2026, 10, 26, 11) / 1000,
        Order: 'newest',
        MaxResults: 7,
      },
    ])
  })

  it('leaves allowed reads out unless they are asked for', async () => {
    const detail = async (...flags: string[]) =>
      (await fleetkey(['events', ...flags], handlers)).asked[0]?.['Detail']
    assert.equal(await detail(), 'notable')
    assert.equal(await detail('--all'), 'acts')
    assert.equal(await detail('--reads'), 'acts')
    assert.equal(await detail('--event', 'DescribeInstances'), 'acts')
  })

  it('finds an instance by its name, by a former name, and by the id that an address is of', async () => {
    const values = async (meant: string, given: Handlers = handlers) =>
      (await fleetkey(['events', '--instance', meant, '--output', 'json'], given)).asked[0]?.[
        'Filters'
      ]
    assert.deepEqual(await values('web-1'), [{ Name: 'instance', Values: [ID, 'web-1'] }])
    assert.deepEqual(await values('10.0.0.7'), [{ Name: 'instance', Values: [ID] }])
    const gone = { ...handlers, DescribeInstances: () => ({ body: { Reservations: [] } }) }
    assert.deepEqual(await values('former', gone), [{ Name: 'instance', Values: ['former'] }])
    assert.equal((await fleetkey(['events', '--instance', '10.9.9.9'], gone)).code, 68)
    const others = ['events', '--not-instance', 'web-1']
    const { asked } = await fleetkey([...others, '--outcome', 'alarm'], handlers)
    assert.deepEqual(asked[0]?.['Filters'], [
      { Name: 'not:instance', Values: [ID] },
      { Name: 'outcome', Values: ['alarm'] },
    ])
  })

  it('goes through the pages until there are enough', async () => {
    const pages = {
      ...instances,
      SearchEvents: ({ input }: { input: Record<string, unknown> }) => ({
        body:
          input['NextToken'] === undefined
            ? { Events: [], NextToken: 't', SearchedTo: 1_795_000_000 }
            : { Events: events, NextToken: 'u' },
      }),
    }
    const { asked, out } = await fleetkey(['events', '--limit', '2', '--output', 'json'], pages)
    assert.deepEqual(
      asked.map(({ NextToken }) => NextToken),
      [undefined, 't'],
    )
    assert.deepEqual(
      JSON.parse(out).map(({ seq }: { seq: number }) => seq),
      [5, 4],
    )
  })

  it('refuses times, tags and limits that are none', async () => {
    for (const flags of [
      ['--since', 'soon'],
      ['--since', '1h', '--until', '2h'],
      ['--tag', 'Env'],
      ['--limit', '0'],
      ['--reads', '--changes'],
    ]) {
      assert.equal((await fleetkey(['events', ...flags], handlers)).code, 64, flags.join(' '))
    }
  })

  it('shows ids to those who may not list instances', async () => {
    const denied = { status: 400, body: { __type: 'AccessDeniedException', Message: 'No.' } }
    const given = { ...handlers, DescribeInstances: () => denied }
    const { out, code } = await fleetkey(['events'], given)
    assert.equal(code, 0)
    assert.match(out, /i-0123456789abcdef0/)
  })
})

describe('events --follow', () => {
  const told = {
    ...instances,
    SearchEvents: () => ({
      body: { Events: [record(1, {}), record(2, {}), own], FollowToken: 't' },
    }),
  }
  /** Following is itself on record. */
  const own = record(3, { eventName: 'SearchEvents', readOnly: true })
  // Who follows ends it.
  const seen = (out: string) => void (out.split('\n').length > 2 && process.emit('SIGINT'))

  it('tells an event a line, as JSON lines too, until Ctrl-C', async () => {
    const table = await fleetkey(['events', '--follow'], told, { seen })
    assert.equal(table.code, 130)
    assert.match(table.out, /^(.+ alice .+SHA256:x +done\n){2}$/)
    const json = await fleetkey(['events', '--follow', '--output', 'json'], told, { seen })
    assert.deepEqual(
      json.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).seq),
      [1, 2],
    )
    assert.deepEqual(json.asked[0], {
      Filters: [],
      Detail: 'notable',
      StartTime: Date.UTC(2026, 10, 26, 12) / 1000,
      Order: 'oldest',
      MaxResults: 200,
    })
  })
})

describe('events show', () => {
  const story = [
    record(1, { additionalEventData: { phase: 'intent' } }),
    record(2, { responseElements: { success: true } }),
    record(9, {
      eventName: 'KeyRefused',
      userIdentity: { type: 'AWSService', invokedBy: `agent/${ID}` },
      requestParameters: null,
      additionalEventData: { phase: 'complete', says: 'the account is locked' },
    }),
  ]
  const given = {
    SearchEvents: ({ input }: { input: Record<string, unknown> }) => {
      const [{ Name, Values }] = input['Filters'] as [{ Name: string; Values: string[] }]
      const key = Name === 'request-id' ? 'requestID' : 'eventID'
      const Events = story.filter(({ Record }) => Values.includes(Record[key]))
      return { body: { Events } }
    },
  }

  it('tells the outcome of a request and what belongs to it', async () => {
    const { out } = await fleetkey(['events', 'show', 'r1'], given)
    assert.match(out, /^Event +SendSSHPublicKey/)
    assert.match(out, /^Outcome +done$/m)
    assert.match(out, /^Answered +\{\n +"success": true\n/m)
    const [, told = ''] = out.split('Story\n')
    const lines = told.trimEnd().split('\n')
    assert.equal(lines.length, 3)
    assert.match(lines[0] ?? '', /SendSSHPublicKey {2}begun {4}\S/)
    assert.match(lines[2] ?? '', /KeyRefused {8}refused {2}the account is locked$/)
  })

  it('calls a login that a host refused so in the table, with the reason below', async () => {
    const SearchEvents = () => ({ body: { Events: story } })
    const { out } = await fleetkey(['events'], { ...instances, SearchEvents })
    assert.match(out, /KeyRefused +\S+ +.* refused\n {4}the account is locked\n/)
  })

  it('calls an alarm so, and a login that is normal there not', async () => {
    const unexplained = (seq: number, alarm: boolean) =>
      record(seq, {
        eventName: 'LoginUnexplained',
        eventType: 'AwsServiceEvent',
        additionalEventData: { phase: 'complete', alarm, says: 'No grant explains it.' },
      })
    const Events = [unexplained(8, true), unexplained(7, false)]
    const SearchEvents = () => ({ body: { Events } })
    const { out } = await fleetkey(['events'], { ...instances, SearchEvents })
    assert.match(out, /LoginUnexplained .* alarm\n.*\n.*LoginUnexplained .* done\n/)
  })

  it('finds a record by its own id, and gives all of it as JSON', async () => {
    assert.match((await fleetkey(['events', 'show', 'e9'], given)).out, /^Event +KeyRefused/)
    const { out } = await fleetkey(['events', 'show', 'e9', '--output', 'json'], given)
    assert.deepEqual(
      JSON.parse(out).map(({ seq }: { seq: number }) => seq),
      [1, 2, 9],
    )
  })

  it('says when there is none', async () => {
    assert.equal((await fleetkey(['events', 'show', 'r7'], given)).code, 68)
  })
})

describe('what somebody else put into a record', () => {
  const hostile = HOSTILE_TEXTS.map((text, index) =>
    record(index + 1, {
      eventName: `E${text}`,
      eventSource: `s${text}`,
      userAgent: `a${text}`,
      sourceIPAddress: `b${text}`,
      errorCode: `c${text}`,
      errorMessage: `m${text}`,
      userIdentity: { type: 'IAMUser', userName: `u${text}` },
      requestParameters: { [`k${text}`]: text, instanceOSUser: `o${text}` },
      additionalEventData: {
        phase: 'complete',
        instanceId: `i${text}`,
        instanceName: `n${text}`,
        fingerprint: `f${text}`,
        says: `s${text}`,
      },
    }),
  )
  const given = { ...instances, SearchEvents: () => ({ body: { Events: hostile } }) }

  for (const argv of [
    'events --limit 200',
    'events --limit 200 --output json',
    'events show r1',
    'events show r1 --output json',
  ]) {
    it(`does nothing to a terminal in "${argv}"`, async () => {
      const { out, err } = await fleetkey(argv.split(' '), given)
      for (const line of `${out}${err}`.split('\n')) {
        assert.equal(ACTING_CHARACTERS.exec(line), null, JSON.stringify(line))
      }
      if (argv.endsWith('json')) {
        assert.deepEqual(
          JSON.parse(out).map(
            ({ record: one }: { record: { errorMessage: string } }) => one.errorMessage,
          ),
          hostile.map(({ Record }) => (Record as unknown as { errorMessage: string }).errorMessage),
        )
      } else if (argv === 'events --limit 200') {
        // A heading, and for each a line and why below it: none has made one more, but where a reason has several.
        const reasons = HOSTILE_TEXTS.flatMap((text) => `m${text}`.split('\n').filter(Boolean))
        assert.equal(out.trimEnd().split('\n').length, 1 + hostile.length + reasons.length)
      }
    })
  }

  it('makes no line in a stream of JSON lines, nor does anything in it', async () => {
    const follow = {
      ...instances,
      SearchEvents: ({ input }: { input: Record<string, unknown> }) => ({
        body: { Events: input['NextToken'] ? [] : hostile, FollowToken: 't' },
      }),
    }
    const { out } = await fleetkey(['events', '--follow', '--output', 'json'], follow, {
      seen: (text) => void (text.split('\n').length > hostile.length && process.emit('SIGINT')),
    })
    const lines = out.trimEnd().split('\n')
    assert.equal(lines.length, hostile.length)
    for (const line of lines) {
      assert.equal(ACTING_CHARACTERS.exec(line), null)
      JSON.parse(line)
    }
  })
})
