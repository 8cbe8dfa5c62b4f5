import type { TestEvent } from 'node:test/reporters'

/** A reporter for `node --test`: the file of each test that failed, a line each. */
// oxlint-disable-next-line import/no-default-export -- what `--test-reporter` takes
export default async function* failedFiles(source: AsyncIterable<TestEvent>) {
  for await (const { type, data } of source) {
    if (type === 'test:fail' && data.file !== undefined) yield `${data.file}\n`
  }
}
