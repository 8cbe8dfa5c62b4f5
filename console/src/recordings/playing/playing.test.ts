import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CastEvent } from '@fleetkey/domain/asciicast'
import { EscapeSequences } from '@fleetkey/domain/escape-sequences'
import fc from 'fast-check'
import { givenRecording, givenScreen, seen } from './given-played.ts'
import { Keyframes } from './keyframes.ts'
import { Playback } from './playback.ts'
import { RecordingPages } from './recording-pages.ts'
import { Runner } from './runner.ts'
import { searchRecording, type Found } from './search-recording.ts'

const shown = (at: number, text: string): CastEvent => ({ code: 'o', at, text })
const NEVER = new AbortController().signal

/** Two hours of somebody who works: a command each few seconds, colours, now and then a full-screen program, another size. */
const WORK = Array.from({ length: 2400 }, (_, index): CastEvent[] => {
  const at = index * 3
  if (index % 400 === 399) return [{ code: 'r', at, cols: 80 + (index % 7), rows: 24 }]
  if (index % 300 === 150) return [shown(at, '\u001b[?1049h\u001b[2J\u001b[2;20r\u001b[Hvim\r\n~')]
  if (index % 300 === 160) return [shown(at, '\u001b[?1049l\r\nback')]
  return [
    shown(at, `\u001b[3${index % 8}m$ \u001b[0mcommand ${index}\r\n`),
    shown(at + 0.5, `output of ${index} ${'x'.repeat(index % 60)}\r\n`),
  ]
}).flat()
const END = WORK.at(-1)?.at ?? 0

function given(events: readonly CastEvent[] = WORK, pageBytes = 4096) {
  const recording = givenRecording(events, pageBytes)
  const { pages } = recording
  const keyframes = new Keyframes()
  const screen = givenScreen()
  const runner = new Runner({ pages, screen: screen.screen, keyframes })
  const playback = new Playback({ runner, extent: () => pages.extent })
  return { ...recording, ...screen, keyframes, runner, playback }
}

/** The screen at a moment, played from the beginning without any keyframe. */
async function straight(at: number, events: readonly CastEvent[] = WORK) {
  const { runner, terminal } = given(events, 1 << 30)
  await runner.runTo(at, NEVER)
  return seen({ terminal })
}

const lines = ({ terminal }: Pick<ReturnType<typeof givenScreen>, 'terminal'>) =>
  Array.from({ length: terminal.rows }, (_, row) =>
    terminal.buffer.active.getLine(row)?.translateToString(true),
  )
    .filter((line) => line)
    .join('\n')
    .trimEnd()

describe('seeking', () => {
  it('shows at any moment what was to be seen then, from wherever one comes', async () => {
    const recording = given()
    for (const at of [10, END, 3000, 465, 470, 3600.4, 0, 1197, 1200, 7000, 6999, 100]) {
      await recording.runner.runTo(at, NEVER)
      assert.deepEqual(seen(recording), await straight(at), `at ${at}`)
    }
  })

  it('to a place that was passed reads a page or two, of two hours', async () => {
    const recording = given()
    await recording.runner.runTo(END, NEVER)
    assert.ok(recording.asked.length > 40, `${recording.asked.length} pages`)
    const before = recording.asked.length
    for (const at of [5000, 200, 3600]) await recording.runner.runTo(at, NEVER)
    assert.ok(recording.asked.length - before <= 6, `${recording.asked.length - before} pages`)
  })

  it('keeps so many keyframes and no more, spread over all of it', () => {
    const keyframes = new Keyframes()
    const snapshot = { cols: 80, rows: 24, text: '' }
    for (let page = 1; page <= 5000; page++) {
      keyframes.add({ offset: page * 4096, at: page, snapshot })
    }
    assert.ok(keyframes.count <= 256 && keyframes.count >= 100, `${keyframes.count}`)
    for (const at of [100, 2500, 4990]) {
      const frame = keyframes.before(at)
      assert.ok(frame && frame.at <= at && at - frame.at <= 50, `${at}: ${frame?.at}`)
    }
    assert.equal(keyframes.before(0.5), undefined)
  })

  it('can be left for another place on the way', async () => {
    const recording = given()
    const way = new AbortController()
    const first = recording.runner.runTo(END, way.signal)
    way.abort()
    await assert.rejects(first)
    await recording.runner.runTo(300, NEVER)
    assert.deepEqual(seen(recording), await straight(300))
  })

  it('keeps memory bounded by the pages that were asked for last', async () => {
    const recording = given()
    await recording.runner.runTo(END, NEVER)
    const read = new Set(recording.asked).size
    await recording.pages.page(0, NEVER)
    assert.equal(recording.asked.length, read + 1, 'the first page had to be read again')
  })
})

describe('playing', () => {
  const SHORT = [shown(1, 'one '), shown(2, 'two '), shown(62, 'three ')]

  async function playedFor(recording: ReturnType<typeof given>, seconds: number) {
    for (let frame = 0; frame < seconds * 20; frame++) await recording.playback.passed(50)
  }

  it('shows what is due, as fast as it is told', async () => {
    const recording = given(SHORT)
    recording.playback.skipIdle(false)
    await recording.playback.play()
    await playedFor(recording, 1.2)
    assert.equal(lines(recording), 'one')
    recording.playback.setSpeed(2)
    await playedFor(recording, 0.5)
    assert.equal(lines(recording), 'one two')
    recording.playback.pause()
    await playedFor(recording, 10)
    assert.ok(recording.playback.state.at < 3)
  })

  it('goes over long pauses, but for a second of each', async () => {
    const recording = given(SHORT)
    await recording.playback.play()
    await playedFor(recording, 4)
    assert.equal(lines(recording), 'one two three')
  })

  it('ends, and begins anew when it is played again', async () => {
    const recording = given(SHORT)
    await recording.playback.play()
    await playedFor(recording, 5)
    const { isAtEnd, isPlaying, at } = recording.playback.state
    assert.deepEqual({ isAtEnd, isPlaying, at }, { isAtEnd: true, isPlaying: false, at: 62 })
    await recording.playback.play()
    await playedFor(recording, 1.2)
    assert.equal(lines(recording), 'one')
  })

  it('seeks while it plays, and steps from one thing to the next', async () => {
    const recording = given(SHORT)
    await recording.playback.play()
    await recording.playback.seek(61.5)
    assert.equal(lines(recording), 'one two')
    assert.equal(recording.playback.state.isPlaying, true)
    await recording.playback.seek(0)
    await recording.playback.step()
    assert.equal(lines(recording), 'one')
    await recording.playback.step()
    assert.equal(lines(recording), 'one two')
    assert.equal(recording.playback.state.isPlaying, false)
  })

  it('takes the last of several seeks', async () => {
    const recording = given()
    await Promise.all([5000, 100, 3000].map((at) => recording.playback.seek(at)))
    assert.deepEqual(seen(recording), await straight(3000))
    assert.equal(recording.playback.state.at, 3000)
    assert.equal(recording.playback.state.isSeeking, false)
  })

  it('says what went wrong, stops, and goes on when it is asked again', async () => {
    const recording = given()
    recording.state.failing = new Error('refused')
    await recording.playback.seek(100)
    assert.match(String(recording.playback.state.failure), /refused/)
    recording.state.failing = undefined
    await recording.playback.seek(100)
    assert.equal(recording.playback.state.failure, undefined)
    assert.deepEqual(seen(recording), await straight(100))
  })

  it('stands where it failed, and goes on from there to where it was to go', async () => {
    const recording = given()
    await recording.playback.seek(100)
    recording.state.failing = new Error('refused')
    await recording.playback.seek(END)
    const { at } = recording.playback.state
    assert.ok(at >= 100 && at < 600, `at ${at}`)
    assert.deepEqual(seen(recording), await straight(at))
    recording.state.failing = undefined
    await recording.playback.retry()
    assert.deepEqual(seen(recording), await straight(END))
  })

  it('has asked for what comes next while it plays, and once', async () => {
    const recording = given()
    await recording.playback.seek(1)
    assert.equal(recording.asked.length, 2)
    await recording.playback.seek(60)
    assert.equal(new Set(recording.asked).size, recording.asked.length)
  })

  it('says that it waits for what is due and does not come, and goes on when it is there', async () => {
    const recording = given(SHORT, 60)
    await recording.playback.play()
    const there = Promise.withResolvers<void>()
    recording.state.held = there.promise
    const frames = playedFor(recording, 4)
    for (let frame = 0; frame < 20; frame++) await recording.playback.passed(50)
    assert.equal(recording.playback.state.isWaiting, true)
    assert.equal(recording.playback.state.isPlaying, true)
    there.resolve()
    await frames
    assert.equal(recording.playback.state.isWaiting, false)
    assert.equal(lines(recording), 'one two three')
  })

  it('goes on with one that still runs, when there is more', async () => {
    const recording = given([shown(1, 'one ')])
    recording.state.of = 'running'
    await recording.playback.play()
    await playedFor(recording, 3)
    assert.equal(lines(recording), 'one')
    assert.equal(recording.playback.state.isPlaying, true)
    const before = recording.asked.length
    await playedFor(recording, 1)
    assert.equal(recording.asked.length, before, 'pictures are no reason to ask')
    recording.state.lines.push('[1.5, "o", "two"]\n')
    recording.clock.ms += 1000
    await playedFor(recording, 1)
    assert.equal(lines(recording), 'one two')
  })
})

describe('reading', () => {
  it('is one view, whoever reads, with the token that was told last (each other one would be on record)', async () => {
    const asked: string[] = []
    const pages = new RecordingPages(
      async ({ Offset, ViewToken = 'none' }) => {
        asked.push(`${Offset} ${ViewToken}`)
        await Promise.resolve()
        const told = { Data: '', NextOffset: Offset + 1, Bytes: 9, Seconds: 1, State: 'finished' }
        return { ...told, ViewToken: Offset < 2 ? 'view' : 'view after an hour' }
      },
      () => 0,
    )
    await Promise.all([pages.page(0, NEVER), pages.page(0, NEVER)])
    await Promise.all([pages.page(1, NEVER), pages.page(2, NEVER)])
    await pages.page(3, NEVER)
    assert.deepEqual(asked, ['0 none', '1 view', '2 view', '3 view after an hour'])
  })
})

describe('searching', () => {
  async function found(events: readonly CastEvent[], text: string): Promise<readonly Found[]> {
    const all: Found[] = []
    for await (const part of searchRecording(givenRecording(events).pages, text, NEVER)) {
      all.push(...part.found)
    }
    return all
  }

  it('finds where a text appears, also typed letter by letter and in colours', async () => {
    const events = [
      shown(1, '$ '),
      ...Array.from('sudo', (letter, index) => shown(2 + index, letter)),
      shown(7, ' \u001b[31mreb\u001b[0moot\r\n'),
    ]
    assert.deepEqual(await found(events, 'Sudo reboot'), [
      { at: 7, before: '$ ', match: 'sudo reboot', after: '' },
    ])
    assert.deepEqual((await found(events, 'sudo'))[0]?.at, 5)
  })

  it('finds all of two hours', async () => {
    const all = await found(WORK, 'command 12')
    assert.deepEqual(
      all.slice(0, 3).map(({ at, match, after }) => [at, match, after]),
      [
        [36, 'command 12', ''],
        [360, 'command 12', '0'],
        [363, 'command 12', '1'],
      ],
    )
    assert.equal((await found(WORK, 'output')).length, 500, 'so many and no more')
  })

  it('finds a text wherever it stands in a line without end, once, and when it was shown', async () => {
    const needle = 'needle'
    for (const before of [0, 4090, 4096, 4097, 4099, 4101, 4102, 9000]) {
      const events = [
        shown(1, 'x'.repeat(before)),
        ...Array.from(needle, (letter, index) => shown(2 + index, letter)),
        shown(9, 'y'.repeat(9000)),
      ]
      // oxlint-disable-next-line no-await-in-loop -- each for itself
      assert.deepEqual(
        (await found(events, needle)).map(({ at, match }) => [at, match]),
        [[7, needle]],
        `after ${before}`,
      )
    }
  })

  it('has asked for the next page before one is looked through, and for each once', async () => {
    const { pages, asked } = givenRecording(WORK)
    const search = searchRecording(pages, 'nothing', NEVER)
    await search.next()
    assert.equal(asked.length, 2)
    while ((await search.next()).done !== true);
    assert.equal(new Set(asked).size, asked.length)
  })

  it('tells after each page how far it has looked, up to the end', async () => {
    const { pages } = givenRecording(WORK)
    const far: number[] = []
    for await (const part of searchRecording(pages, 'nothing', NEVER)) far.push(part.searchedBytes)
    assert.ok(far.length > 2 && Number(far[0]) > 0)
    assert.deepEqual(
      far,
      far.toSorted((one, other) => one - other),
    )
    assert.equal(far.at(-1), pages.extent.bytes)
  })

  it('does not find what is not there: over lines, rubbed out, in titles', async () => {
    const events = [shown(1, 'ab\r\ncd'), shown(2, 'ex\bf\u001b]0;title\u0007\u001b[5;5Hgh')]
    for (const text of ['abcd', 'ex', 'title', 'efgh', '']) {
      assert.deepEqual(await found(events, text), [], text)
    }
    assert.equal((await found(events, 'cdef')).length, 1)
  })

  it('finds all that terminals show (a title that never ends would hide what follows from whoever looks it up)', async () => {
    const parts = fc.constantFrom(
      '\u001b',
      ']',
      'P',
      'X',
      '^',
      '_',
      '\\',
      '0',
      ';',
      'z',
      '\u0007',
      '\u0018',
      '\u001a',
      '\u007f',
      '\u0085',
      '\u0098',
      '\u009c',
      '\u009d',
      '\u009f',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 24 }), async (pieces) => {
        const text = `${pieces.join('')}\u001b[mthe end`
        const { terminal } = givenScreen()
        await new Promise<void>((done) => terminal.write(text, done))
        const tokens = new EscapeSequences().read(text)
        const told = tokens.map((token) => (token.kind === 'text' ? token.text : '')).join('')
        assert.equal(told, lines({ terminal }).replaceAll('\n', ''), JSON.stringify(text))
        assert.equal((await found([shown(0, text)], 'the end')).length, 1)
      }),
      { numRuns: 200 },
    )
  })

  it('can be left', async () => {
    const stop = new AbortController()
    const search = searchRecording(givenRecording(WORK).pages, 'nothing', stop.signal)
    await search.next()
    stop.abort()
    await assert.rejects(search.next())
  })
})
