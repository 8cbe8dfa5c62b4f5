import assert from 'node:assert/strict'
import { constants, PerformanceObserver, type PerformanceNodeEntry } from 'node:perf_hooks'
import { it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { collectYoung } from './collect-young.ts'

it('collects the young generation, and nothing else, once for each 8 MiB', async () => {
  const kinds: number[] = []
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries() as PerformanceNodeEntry[]) {
      kinds.push((detail as { kind: number }).kind)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  const noteMoved = collectYoung({ setFlagsFromString, runInNewContext })
  for (let moved = 0; moved < 240; moved++) noteMoved(1024 * 1024)
  await new Promise((resolve) => setTimeout(resolve, 50))
  observer.disconnect()
  const minor = kinds.filter((kind) => kind === constants.NODE_PERFORMANCE_GC_MINOR)
  assert.ok(minor.length >= 30 && minor.length < 45, String(kinds))
  assert.ok(!kinds.includes(constants.NODE_PERFORMANCE_GC_MAJOR), String(kinds))
})
