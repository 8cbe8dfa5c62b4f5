import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Flow, SHELL_WINDOW } from './flow.ts'

const KB = 1024

/** A host that sends all that it may at once. */
function flooded(flow: Flow, window: number, now: number): number {
  flow.receive(window)
  return flow.grant(now)
}

describe('the flow of a terminal', () => {
  it('lets a host send no more than its window and a megabyte that nobody rendered', () => {
    const flow = new Flow()
    let window = SHELL_WINDOW
    while (window > 0) window = flooded(flow, window, 0)
    assert.equal(flow.ahead, 1024 * KB)
  })

  it('goes on as it is rendered', () => {
    const flow = new Flow()
    for (let window = SHELL_WINDOW; window > 0;) window = flooded(flow, window, 0)
    flow.render(flow.received)
    assert.equal(flow.grant(0), SHELL_WINDOW)
  })

  it('lets little go after a key (what is on its way is rendered before the prompt is)', () => {
    const flow = new Flow()
    for (let window = SHELL_WINDOW; window > 0;) window = flooded(flow, window, 0)
    flow.type(0)
    flow.render(flow.received - 260 * KB)
    assert.equal(flow.grant(500), 0)
    flow.render(flow.received)
    assert.equal(flow.grant(500), 256 * KB)
    assert.equal(flow.grant(1500), SHELL_WINDOW - 256 * KB)
  })

  it('takes what comes a megabyte after a key for no answer to it', () => {
    const flow = new Flow()
    flow.type(0)
    for (let came = 0; came < 1024 * KB; came += 64 * KB) flow.receive(64 * KB)
    flow.render(flow.received)
    assert.equal(flow.grant(1), 1024 * KB)
  })

  it('never stands still when all is rendered, whatever was typed (a terminal that hangs)', () => {
    const flow = new Flow()
    let window = SHELL_WINDOW
    for (let round = 0; round < 1000; round++) {
      flow.type(round)
      flow.receive(window)
      flow.render(flow.received)
      window = flow.grant(round)
      assert.ok(window > 0, `round ${round}`)
    }
  })

  it('is not bothered by little grants', () => {
    const flow = new Flow()
    flow.receive(1000)
    flow.render(1000)
    assert.equal(flow.grant(0), 0)
  })

  it('believes nobody who has rendered more than came', () => {
    const flow = new Flow()
    flow.receive(10)
    flow.render(2 ** 40)
    assert.equal(flow.ahead, 0)
    flow.receive(SHELL_WINDOW - 10)
    assert.equal(flow.grant(0), SHELL_WINDOW)
  })
})
