import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findPathProblems } from './protected-path.ts'

it('is content with a file of the system', () =>
  assert.deepEqual(findPathProblems('/usr/bin/env'), []))

it('names what others can write, of the path itself and above it', () => {
  assert.match(findPathProblems('/tmp').join(), /^\/tmp must be writable by root only: chmod go-w/)
})

it('names what does not exist', () => {
  assert.deepEqual(findPathProblems('/nonexistent/file'), ['/nonexistent/file does not exist.'])
})
