import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keepWorkspace, parseWorkspace } from './kept-workspace.ts'
import {
  activePane,
  EMPTY,
  MAX_PANES,
  neighbour,
  withActive,
  withName,
  withoutPane,
  withShell,
  withSplit,
  withTab,
  withTabMoved,
  type Workspace,
} from './workspace.ts'

const shell = (letter: string) => ({
  terminalId: `t-${letter.repeat(32)}`,
  instanceId: 'i-0123456789abcdef0',
  osUser: 'alice',
})
const terminals = ({ tabs }: Workspace) =>
  tabs.map(({ panes }) => panes.map(({ terminalId }) => terminalId?.charAt(2) ?? '-').join(''))

describe('a workspace', () => {
  const two = withTab(withTab(EMPTY, shell('a')), shell('b'))

  it('shows a new tab in front', () => {
    assert.deepEqual(terminals(two), ['a', 'b'])
    assert.equal(activePane(two)?.terminalId, shell('b').terminalId)
  })

  it('splits a pane into one more on the same instance, without its shell', () => {
    const pane = activePane(two)?.id ?? 0
    const split = withSplit(two, pane, 'column')
    assert.deepEqual(terminals(split), ['a', 'b-'])
    assert.equal(activePane(split)?.osUser, 'alice')
    assert.notEqual(activePane(split)?.id, pane)
    assert.deepEqual(terminals(withShell(split, activePane(split)?.id ?? 0, shell('c'))), [
      'a',
      'bc',
    ])
  })

  it('never gives two panes one id', () => {
    let workspace = two
    for (let turn = 0; turn < 10; turn += 1) {
      workspace = withSplit(workspace, activePane(workspace)?.id ?? 0, 'row')
    }
    workspace = withTab(workspace, shell('c'))
    const ids = workspace.tabs.flatMap(({ id, panes }) => [id, ...panes.map((pane) => pane.id)])
    assert.equal(new Set(ids).size, ids.length)
    assert.equal(workspace.tabs[1]?.panes.length, MAX_PANES)
  })

  it('closes a tab with its last pane, and shows the neighbour', () => {
    const closed = withoutPane(two, activePane(two)?.id ?? 0)
    assert.deepEqual(terminals(closed), ['a'])
    assert.equal(activePane(closed)?.terminalId, shell('a').terminalId)
    const none = withoutPane(closed, activePane(closed)?.id ?? 0)
    assert.deepEqual(none.tabs, [])
    assert.equal(activePane(none), undefined)
  })

  it('moves tabs, not beyond the ends, and keeps which is in front', () => {
    const three = withTab(two, shell('c'))
    const [a, b] = three.tabs.map(({ id }) => id)
    assert.deepEqual(terminals(withTabMoved(three, a ?? 0, 1)), ['b', 'a', 'c'])
    assert.deepEqual(terminals(withTabMoved(three, b ?? 0, -9)), ['b', 'a', 'c'])
    assert.deepEqual(terminals(withTabMoved(three, b ?? 0, 9)), ['a', 'c', 'b'])
    assert.equal(withTabMoved(three, a ?? 0, -1), three)
    assert.equal(activePane(withTabMoved(three, a ?? 0, 2))?.terminalId, shell('c').terminalId)
  })

  it('goes round with next and previous', () => {
    const [first, second] = two.tabs
    assert.equal(neighbour(two, 'tab', 1), first?.activePane)
    assert.equal(neighbour(two, 'tab', -1), first?.activePane)
    assert.equal(neighbour(withActive(two, first?.activePane ?? 0), 'tab', 1), second?.activePane)
    assert.equal(neighbour(EMPTY, 'tab', 1), undefined)
  })
})

describe('a workspace over a reload', () => {
  it('comes back with names, panes and what was in front', () => {
    let workspace = withTab(withTab(EMPTY, shell('a')), shell('b'))
    const [first] = workspace.tabs
    workspace = withSplit(workspace, first?.activePane ?? 0, 'column')
    workspace = withShell(workspace, workspace.tabs[0]?.activePane ?? 0, shell('c'))
    workspace = withName(workspace, first?.id ?? 0, '  web  ')
    workspace = withActive(workspace, workspace.tabs[0]?.panes[0]?.id ?? 0)
    const back = parseWorkspace(keepWorkspace(workspace))
    assert.deepEqual(terminals(back), ['ac', 'b'])
    assert.equal(back.tabs[0]?.name, 'web')
    assert.equal(back.tabs[0]?.direction, 'column')
    assert.equal(activePane(back)?.terminalId, shell('a').terminalId)
  })

  it('leaves out what has no shell (it would open another one at each reload)', () => {
    const workspace = withTab(EMPTY, { ...shell('a'), terminalId: undefined })
    assert.deepEqual(parseWorkspace(keepWorkspace(workspace)), EMPTY)
  })

  it('takes nothing that it does not understand', () => {
    for (const text of [undefined, '', '{}', 'null', '[1,{"panes":[{"terminalId":"../x"}]}]']) {
      assert.deepEqual(parseWorkspace(text), EMPTY, text)
    }
  })
})
