import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { splice } from './splice.ts'
import type { TunnelEnd, TunnelEnding, TunnelListener } from './tunnel-end.ts'

/** An end in the test's hands: it notes what it is told, and says what the test says. */
class FakeEnd implements TunnelEnd {
  readonly calls: string[] = []
  takesMore = true
  says: TunnelListener | undefined
  write(bytes: Uint8Array) {
    this.calls.push(`write ${bytes.length}`)
    return this.takesMore
  }
  end() {
    this.calls.push('end')
  }
  pause() {
    this.calls.push('pause')
  }
  resume() {
    this.calls.push('resume')
  }
  close({ code, text }: TunnelEnding) {
    this.calls.push(`close ${code} ${text}`)
  }
  listen(listener: TunnelListener) {
    this.says = listener
  }
  take() {
    return this.calls.splice(0)
  }
}

function joined() {
  const near = new FakeEnd()
  const far = new FakeEnd()
  const endings: TunnelEnding[] = []
  const joint = splice(near, far, { ended: (ending) => void endings.push(ending) })
  near.take()
  far.take()
  return { near, far, endings, joint }
}

const bytes = (length: number) => new Uint8Array(length)

describe('a splice', () => {
  it('reads both ends once it listens to both', () => {
    const near = new FakeEnd()
    const far = new FakeEnd()
    splice(near, far, { ended() {} })
    assert.deepEqual([near.take(), far.take()], [['resume'], ['resume']])
  })

  it('passes on and counts what each end sends', () => {
    const { near, far, joint } = joined()
    near.says?.data(bytes(3))
    far.says?.data(bytes(5))
    far.says?.data(bytes(7))
    assert.deepEqual(far.take(), ['write 3'])
    assert.deepEqual(near.take(), ['write 5', 'write 7'])
    assert.deepEqual([joint.fromNear, joint.toNear], [3, 12])
  })

  it('stops reading an end while the other has enough, and that direction only', () => {
    const { near, far } = joined()
    far.takesMore = false
    near.says?.data(bytes(1))
    assert.deepEqual(near.take(), ['pause'])
    far.says?.data(bytes(1))
    assert.deepEqual(near.take(), ['write 1'])
    assert.deepEqual(far.take(), ['write 1'])
    far.says?.drained()
    assert.deepEqual(near.take(), ['resume'])
  })

  it('ends a direction, and goes on with the other', () => {
    const { near, far, endings } = joined()
    near.says?.ended()
    assert.deepEqual(far.take(), ['end'])
    far.says?.data(bytes(2))
    assert.deepEqual(near.take(), ['write 2'])
    assert.deepEqual(endings, [])
    far.says?.ended()
    assert.deepEqual(near.take(), ['end', 'close 1000 '])
    assert.deepEqual(endings, [{ code: 1000, text: '' }])
  })

  it('ends both when one is gone, with its reason', () => {
    const { near, far, endings } = joined()
    const lost = { code: 1011, text: 'the target broke off' }
    far.says?.closed(lost)
    assert.deepEqual(near.take(), ['close 1011 the target broke off'])
    assert.deepEqual(endings, [lost])
  })

  it('ends once, whatever is heard afterwards', () => {
    const { near, far, endings, joint } = joined()
    joint.close({ code: 1001, text: 'stopping' })
    near.take()
    far.take()
    near.says?.data(bytes(1))
    near.says?.ended()
    far.says?.ended()
    near.says?.closed({ code: 1000, text: '' })
    far.says?.closed({ code: 1011, text: 'x' })
    joint.close({ code: 1000, text: '' })
    assert.deepEqual([...near.take(), ...far.take()], [])
    assert.deepEqual(endings, [{ code: 1001, text: 'stopping' }])
    assert.equal(joint.fromNear, 0)
  })
})
